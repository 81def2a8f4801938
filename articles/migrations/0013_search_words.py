"""Entries of the search are made of words in one spelling, whatever the database's locale takes for a letter."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations

from config.web.text.search_words import SearchWords

# Positions in a vector end at 16,383 words and a vector at 1 MB: more text than this would add nothing, or fail.
WORDS = """
CREATE OR REPLACE FUNCTION articles_search_words(text) RETURNS tsvector
LANGUAGE sql STABLE SET search_path FROM CURRENT
RETURN to_tsvector('colophon', left(web_search_words($1), 100000));
"""
FORMER = """
CREATE OR REPLACE FUNCTION articles_search_words(text) RETURNS tsvector
LANGUAGE sql STABLE SET search_path FROM CURRENT
RETURN to_tsvector('colophon', translate($1, '<>/', '   '));
"""
READ_AGAIN = """
DELETE FROM articles_searchword;
UPDATE articles_searchentry SET words_read = false;
SELECT articles_search_refresh(ARRAY(SELECT id::bigint FROM articles_article));
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0012_last_changes"), ("web", "0003_search_words")]

    operations = [
        migrations.RunSQL(WORDS, FORMER),
        migrations.RunSQL(READ_AGAIN, READ_AGAIN),
        migrations.RemoveIndex("searchword", "search_word_near"),
        migrations.AddIndex(
            "searchword",
            GinIndex(
                OpClass(SearchWords("word"), "gin_trgm_ops"), name="search_word_near", fastupdate=False
            ),
        ),
    ]
