"""Tells the page cache what changed. The tags are those of the views."""

from django.db import migrations, models
from django.db.models import F, Q

from config.web.cache.change_triggers import drop_tell_changes, tell_changes

PUBLIC = "('approved', 'published')"


def _differs(*columns):
    was, now = (", ".join(f"{row}.{column}" for column in columns) for row in ("was", "now"))
    return f"({was}) IS DISTINCT FROM ({now})"


ARTICLE = f"""ARRAY[
    'article-' || coalesce(now.id, was.id),
    CASE WHEN {_differs("status", "published_at", "topic_id", "slug")} THEN 'articles' END,
    CASE WHEN {_differs("title", "standfirst", "hero_id", "reading_minutes", "updated_at", "picked_at")}
        THEN 'cards' END,
    CASE WHEN {_differs("body_html", "disclosure", "key_takeaways")} THEN 'words' END,
    CASE WHEN {_differs("status", "published_at", "comments_open", "comments_close_at")} THEN 'deadlines' END
]"""
OF_ARTICLE = "'article-' || was.article_id, 'article-' || now.article_id"
# Table, tags, and what counts as a change if not any
TOLD = [
    (
        "articles_article",
        ARTICLE,
        f"was IS DISTINCT FROM now AND (was.status IN {PUBLIC} OR now.status IN {PUBLIC})",
    ),
    ("articles_contribution", f"ARRAY[{OF_ARTICLE}, 'cards', 'authors']", None),
    ("articles_reference", f"ARRAY[{OF_ARTICLE}]", None),
    ("articles_correction", f"ARRAY[{OF_ARTICLE}, 'corrections']", None),
    ("articles_author", "ARRAY['authors']", None),
    ("articles_authorlink", "ARRAY['authors']", None),
    ("articles_topic", "ARRAY['topics']", None),
    ("articles_image", "ARRAY['images']", None),
    ("articles_page", "ARRAY['pages']", None),
    ("articles_searchentry", "ARRAY['search']", None),
]
KEYS = {"articles_searchentry": "article_id"}


def told(table, tags, where):
    sql = tell_changes(
        table, tags, where=where or "was IS DISTINCT FROM now", key=KEYS.get(table, "id")
    )
    return migrations.RunSQL(sql, drop_tell_changes(table))


class Migration(migrations.Migration):
    dependencies = [("articles", "0008_related"), ("web", "0002_change_feed")]

    operations = [
        *(told(*row) for row in TOLD),
        migrations.AddIndex(
            "article",
            models.Index(
                F("comments_close_at"),
                name="article_comments_close",
                condition=Q(comments_close_at__isnull=False),
            ),
        ),
    ]
