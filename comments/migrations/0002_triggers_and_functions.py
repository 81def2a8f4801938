"""What the database keeps by itself, whoever writes: the order of threads, counts, and the tags of changed pages.

`tell_changes` is code of the application and not text of this migration. tests/config/test_change_feed.py holds what it
makes.
"""

from django.db import migrations

from config.web.cache.change_triggers import differ, tell_changes
from config.web.sql import run_sql, run_sql_file

STANDS = "{row}.status = 'approved' OR {row}.shown_replies > 0"
# What the thread shows of a comment; not the address, nor who decided. What waits for a moderator concerns no page.
SHOWN = differ("status", "shown_replies", "path", "name", "body_html", "badge", "reason", "edited_at")

# Each table with the tags that a change of its rows tells the page cache.
CHANGE_FEED = [
    tell_changes(
        "comments_comment",
        "ARRAY['thread-' || was.article_id, 'thread-' || now.article_id]",
        where=f"{SHOWN} AND ({STANDS.format(row='was')} OR {STANDS.format(row='now')})",
    ),
    tell_changes(
        "comments_discussionsettings",
        "ARRAY['discussion', CASE WHEN was.close_after_days IS DISTINCT FROM now.close_after_days THEN 'deadlines' END]",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("comments", "0001_schema")]

    operations = [
        run_sql_file("thread_places.sql", of=__file__),
        run_sql_file("counts.sql", of=__file__),
        *map(run_sql, CHANGE_FEED),
    ]
