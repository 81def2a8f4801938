"""The functions that the apps' triggers and indexes call.

`create_sql` is code of the application and not text of this migration: its ranges of characters are made from Python's
Unicode data, and its collation is one that the database has. tests/config/test_search_words.py holds what it makes.
"""

from django.db import migrations

from config.web.sql import run_sql_file
from config.web.text.search_words import DROP_SQL, create_sql


def create_search_words(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT collname FROM pg_collation WHERE collencoding IN (-1, 6)")  # of any encoding, of UTF8
        collations = {name for (name,) in cursor.fetchall()}
        cursor.execute(create_sql(collations))


def drop_search_words(apps, schema_editor):
    schema_editor.execute(DROP_SQL)


class Migration(migrations.Migration):
    dependencies = [("web", "0001_schema")]

    operations = [
        run_sql_file("change_feed.sql", of=__file__),
        migrations.RunPython(create_search_words, drop_search_words),
    ]
