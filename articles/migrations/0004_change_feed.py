"""Changes tell the pages that show them, and no others."""

from django.db import migrations

from config.web.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("articles", "0003_roles_and_first_pages"), ("web", "0003_row_changes")]

    # Not to be undone: without its triggers the page cache would keep old pages.
    operations = [migrations.RunSQL(run_sql_file("change_feed.sql", of=__file__).sql)]
