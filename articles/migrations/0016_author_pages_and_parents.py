"""The list of authors has pages, between which a new name moves somebody; topics name their parents."""

from django.db import migrations

from config.web.sql import run_sql_file


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0015_plain_words'),
    ]

    operations = [
        # Not to be undone, as 0004: the functions stand in the place of others.
        migrations.RunSQL(run_sql_file("author_pages_and_parents.sql", of=__file__).sql),
    ]
