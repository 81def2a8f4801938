"""Settings that only moderators see make no page anew."""

from django.db import migrations

from config.web.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("comments", "0003_role_and_first_rows"), ("web", "0003_row_changes")]

    # Not to be undone: without its triggers the page cache would keep old pages.
    operations = [migrations.RunSQL(run_sql_file("change_feed.sql", of=__file__).sql)]
