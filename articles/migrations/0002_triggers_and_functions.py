"""What the database keeps by itself, whoever writes: the search, times and counts, and the tags of changed pages.

`configure_sql` and `tell_changes` are code of the application and not text of this migration.
tests/articles/test_search.py and tests/config/test_change_feed.py hold what they make.
"""

from django.conf import settings
from django.db import migrations

from articles.search.language import CONFIG, configure_sql
from config.web.cache.change_triggers import differ, tell_changes
from config.web.sql import run_sql, run_sql_file

CONFIGURATION = f"""
CREATE TEXT SEARCH CONFIGURATION {CONFIG} (COPY = simple);
{configure_sql(settings.LANGUAGE_CODE)};
"""

PUBLIC = "('approved', 'published')"
ARTICLE = f"""ARRAY[
    'article-' || coalesce(now.id, was.id),
    CASE WHEN {differ("status", "published_at", "topic_id", "slug")} THEN 'articles' END,
    CASE WHEN {differ("title", "standfirst", "hero_id", "reading_minutes", "updated_at", "picked_at")}
        THEN 'cards' END,
    CASE WHEN {differ("body_html", "disclosure", "key_takeaways")} THEN 'words' END,
    CASE WHEN {differ("status", "published_at", "comments_open", "comments_close_at")} THEN 'deadlines' END
]"""
OF_ARTICLE = "'article-' || was.article_id, 'article-' || now.article_id"

# Each table with the tags that a change of its rows tells the page cache; config/web/cache/cache_tags.py has the views' side.
CHANGE_FEED = [
    tell_changes(
        "articles_article",
        ARTICLE,
        where=f"was IS DISTINCT FROM now AND (was.status IN {PUBLIC} OR now.status IN {PUBLIC})",
    ),
    tell_changes(
        "articles_contribution",
        f"ARRAY[{OF_ARTICLE}, 'cards', 'authors']",
        # Not the times that are kept with it: the article tells them.
        where=differ("article_id", "author_id", "part", "position"),
    ),
    tell_changes("articles_reference", f"ARRAY[{OF_ARTICLE}]"),
    tell_changes("articles_correction", f"ARRAY[{OF_ARTICLE}, 'corrections']"),
    tell_changes("articles_author", "ARRAY['authors']"),
    tell_changes("articles_authorlink", "ARRAY['authors']"),
    tell_changes("articles_topic", "ARRAY['topics']"),
    tell_changes("articles_image", "ARRAY['images']"),
    tell_changes("articles_page", "ARRAY['pages']"),
    tell_changes("articles_searchentry", "ARRAY['search']", key="article_id"),
]


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_schema")]

    operations = [
        migrations.RunSQL(CONFIGURATION, f"DROP TEXT SEARCH CONFIGURATION {CONFIG}"),
        run_sql_file("search.sql", of=__file__),
        run_sql_file("related.sql", of=__file__),
        run_sql_file("contribution_times.sql", of=__file__),
        run_sql_file("month_counts.sql", of=__file__),
        *map(run_sql, CHANGE_FEED),
    ]
