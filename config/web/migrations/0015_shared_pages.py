"""Tables of pages that processes share, and functions of the change feed that end them."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
# As they were before.
_TELLING = (SQL / "cdn_purges.sql").read_text(encoding="utf-8")
TELL = _TELLING[_TELLING.index("CREATE OR REPLACE FUNCTION web_tell_changes"):]


class Migration(migrations.Migration):

    dependencies = [
        ('web', '0014_mails_of_stopped_schedules'),
    ]

    operations = [
        migrations.RunSQL(
            (SQL / "shared_pages.sql").read_text(encoding="utf-8"),
            [
                TELL,
                "DROP FUNCTION web_note_changes",
                "DROP TABLE web_shared_page, web_shared_change, web_shared_floor",
            ],
        ),
    ]
