"""Triggers that compare the columns readers see, and tags that matter from a time on."""

from django.db import migrations

from config.web.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("web", "0002_functions")]

    operations = [run_sql_file("row_changes.sql", of=__file__)]
