"""Tells the page cache what readers see of comments. What waits for a moderator is nobody's news."""

from django.db import migrations

from config.web.cache.change_triggers import drop_tell_changes, tell_changes

STANDS = "{row}.status = 'approved' OR {row}.shown_replies > 0"
# What the thread shows of a comment; not the address, nor who decided.
SHOWN = ("status", "shown_replies", "path", "name", "body_html", "badge", "reason", "edited_at")


def columns(row):
    return ", ".join(f"{row}.{column}" for column in SHOWN)


SEEN = (
    f"({columns('was')}) IS DISTINCT FROM ({columns('now')})"
    f" AND ({STANDS.format(row='was')} OR {STANDS.format(row='now')})"
)
THREAD = "ARRAY['thread-' || was.article_id, 'thread-' || now.article_id]"
SETTINGS = "ARRAY['discussion', CASE WHEN was.close_after_days IS DISTINCT FROM now.close_after_days THEN 'deadlines' END]"


class Migration(migrations.Migration):
    dependencies = [("comments", "0011_privacy_page"), ("web", "0002_change_feed")]

    operations = [
        migrations.RunSQL(
            tell_changes("comments_comment", THREAD, where=SEEN),
            drop_tell_changes("comments_comment"),
        ),
        migrations.RunSQL(
            tell_changes("comments_discussionsettings", SETTINGS),
            drop_tell_changes("comments_discussionsettings"),
        ),
    ]
