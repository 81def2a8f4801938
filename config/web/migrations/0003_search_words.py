"""One spelling of words for all that is searched."""

from django.db import migrations

from config.web.text.search_words import DROP_SQL, create_sql


def create(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT collname FROM pg_collation WHERE collencoding IN (-1, 6)")
        collations = {name for (name,) in cursor.fetchall()}
        cursor.execute(create_sql(collations))


class Migration(migrations.Migration):
    dependencies = [("web", "0002_change_feed")]

    operations = [
        migrations.RunPython(create, lambda apps, editor: editor.execute(DROP_SQL)),
    ]
