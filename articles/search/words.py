"""Mistyped words: the words of published articles tell what a reader may have meant."""

import re
from difflib import SequenceMatcher

from django.db import connection
from django.utils import timezone

from articles.search.bounds import bounded
from config.web.text.search_words import UNSPACED, read_query

MOST_WORDS = 6  # of a query that are corrected
NEAR = 12  # words with common trigrams, which difflib compares
LIKE_ENOUGH = 0.7  # difflib's ratio: one wrong letter in four, two in eight
READ_AT_ONCE = 500

# Numbers and short words have too many neighbours.
_WORD = re.compile(r"[^\W\d_]{4,40}")
_TERM = re.compile(r"""[^\s"-][^\s"]*""")

# A word that no published article has, with near words that some article has. Stop words are left.
_NEAR = """
    SELECT typed, near.word, spelt, near.near_spelt
    FROM unnest(%(typed)s::text[]) AS typed
    CROSS JOIN LATERAL (SELECT web_search_words(typed) AS spelt) AS made
    CROSS JOIN LATERAL (
        SELECT word, articles, web_search_words(word) AS near_spelt FROM articles_searchword
        WHERE web_search_words(word) %% spelt
            AND length(word) BETWEEN length(typed) - 2 AND length(typed) + 2
        ORDER BY similarity(web_search_words(word), spelt) DESC, articles DESC LIMIT %(near)s
    ) near
    WHERE numnode(plainto_tsquery('colophon', spelt)) > 0
        AND NOT EXISTS (
            SELECT FROM articles_searchentry
            WHERE document @@ plainto_tsquery('colophon', spelt) AND published_at <= %(now)s
        )
        AND EXISTS (
            SELECT FROM articles_searchentry
            WHERE document @@ plainto_tsquery('colophon', near_spelt) AND published_at <= %(now)s
        )
    ORDER BY near.articles
"""

_ANY = """
    SELECT EXISTS (
        SELECT FROM articles_searchentry
        WHERE document @@ websearch_to_tsquery('colophon', web_search_query(%(signs)s, %(terms)s))
            AND published_at <= %(now)s
    )
"""

_READ = """
    WITH due AS (
        SELECT article_id FROM articles_searchentry
        WHERE NOT words_read AND published_at <= %(now)s
        ORDER BY article_id LIMIT %(at_once)s FOR UPDATE SKIP LOCKED
    ), marked AS (
        UPDATE articles_searchentry entry SET words_read = true
        FROM due WHERE entry.article_id = due.article_id
        RETURNING entry.article_id
    ), words AS (
        SELECT word, count(*) AS articles
        FROM marked JOIN articles_article article ON article.id = marked.article_id
        CROSS JOIN LATERAL (
            SELECT DISTINCT unnest(string_to_array(web_written_words(concat_ws(
                ' ', article.title, article.standfirst, left(article.plain_text, 100000)
            )), ' ')) AS word
        ) written
        WHERE length(word) BETWEEN 4 AND 40 AND word !~ %(other)s
        GROUP BY word ORDER BY word
    ), kept AS (
        INSERT INTO articles_searchword AS old (word, articles) SELECT word, articles FROM words
        ON CONFLICT (word) DO UPDATE SET articles = old.articles + excluded.articles
    )
    SELECT count(*) FROM marked
"""


def correct(text: str) -> str:
    """The query with its unknown words corrected. Operators and words without neighbours stay."""
    typed = list(dict.fromkeys(word.lower() for word in _WORD.findall(text)))[:MOST_WORDS]
    if not typed:
        return text
    pairs = [
        (SequenceMatcher(None, *spelt).ratio(), word, near)
        for word, near, *spelt in bounded(_NEAR, typed=typed, near=NEAR, now=timezone.now())
    ]
    # The last pair of a word stays in the dict: the most similar one. Sorting is stable, so of
    # equals it is the one that most articles have.
    pairs.sort(key=lambda pair: pair[0])
    nearest = {word: near for likeness, word, near in pairs if likeness >= LIKE_ENOUGH}
    return _WORD.sub(lambda match: nearest.get(match[0].lower(), match[0]), text)


def looser(text: str) -> str:
    """A query for any one of the words of `text`; "" for one word, or when that finds nothing."""
    terms = list(dict.fromkeys(word for word in _TERM.findall(text) if word.lower() != "or"))
    query = " or ".join(terms)
    if len(terms) < 2:
        return ""
    signs, terms = read_query(query)
    ((finds,),) = bounded(_ANY, signs=signs, terms=terms, now=timezone.now())
    return query if finds else ""


def read_new_words() -> int:
    """Store the words of some articles that became public or changed; returns their number."""
    with connection.cursor() as cursor:
        cursor.execute(
            _READ,
            {"at_once": READ_AT_ONCE, "other": f"[0-9{UNSPACED}]", "now": timezone.now()},
        )
        (number,) = cursor.fetchone()
    return int(number)
