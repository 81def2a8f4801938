"""Mistyped words: what a reader may have meant, judged by the words that published articles use."""

import re
from difflib import SequenceMatcher

from django.db import connection
from django.utils import timezone

from articles.search.bounds import bounded

MOST_WORDS = 6  # of a query that are looked at
NEAR = 12  # words by common trigrams, of which the likest is taken
LIKE_ENOUGH = 0.7  # difflib's ratio: one wrong letter in four, two in eight
READ_AT_ONCE = 500

# Numbers and short words are too like too many others.
_WORD = re.compile(r"[^\W\d_]{4,40}")

# A word that no published article has, with words near it that some has. Stop words are known to everybody.
_NEAR = """
    SELECT typed, near.word
    FROM unnest(%(typed)s::text[]) AS typed
    CROSS JOIN LATERAL (
        SELECT word, articles FROM articles_searchword
        WHERE word %% typed AND length(word) BETWEEN length(typed) - 2 AND length(typed) + 2
        ORDER BY similarity(word, typed) DESC, articles DESC LIMIT %(near)s
    ) near
    WHERE numnode(plainto_tsquery('colophon', typed)) > 0
        AND NOT EXISTS (
            SELECT FROM articles_searchentry
            WHERE document @@ plainto_tsquery('colophon', typed) AND published_at <= %(now)s
        )
        AND EXISTS (
            SELECT FROM articles_searchentry
            WHERE document @@ plainto_tsquery('colophon', near.word) AND published_at <= %(now)s
        )
    ORDER BY near.articles
"""

_ANY = """
    SELECT EXISTS (
        SELECT FROM articles_searchentry
        WHERE document @@ websearch_to_tsquery('colophon', %(query)s) AND published_at <= %(now)s
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
        CROSS JOIN LATERAL unnest(tsvector_to_array(to_tsvector('simple',
            translate(
                concat_ws(' ', article.title, article.standfirst, left(article.plain_text, 100000)), '<>/', '   ')))) AS word
        WHERE word ~ '^[[:alpha:]]{4,40}$'
        GROUP BY word ORDER BY word
    ), kept AS (
        INSERT INTO articles_searchword AS old (word, articles) SELECT word, articles FROM words
        ON CONFLICT (word) DO UPDATE SET articles = old.articles + excluded.articles
    )
    SELECT count(*) FROM marked
"""


def correct(text: str) -> str:
    """The query with its unknown words put right, operators kept; the same text where nothing is near."""
    typed = list(dict.fromkeys(word.lower() for word in _WORD.findall(text)))[:MOST_WORDS]
    near = _near(typed) if typed else {}
    return _WORD.sub(lambda match: near.get(match[0].lower(), match[0]), text)


def looser(text: str) -> str:
    """The query for any one of its words, if it has several and that finds something; else nothing."""
    words = list(dict.fromkeys(word for word in re.findall(r"\w+", text) if word.lower() != "or"))
    query = " or ".join(words)
    if len(words) < 2:
        return ""
    with bounded() as cursor:
        cursor.execute(_ANY, {"query": query, "now": timezone.now()})
        (finds,) = cursor.fetchone()
    return query if finds else ""


def read_new_words() -> int:
    """Take in the words of some articles that have become public or changed; how many articles that were."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"at_once": READ_AT_ONCE, "now": timezone.now()})
        (number,) = cursor.fetchone()
    return int(number)


def _near(typed: list[str]) -> dict[str, str]:
    with bounded() as cursor:
        cursor.execute(_NEAR, {"typed": typed, "near": NEAR, "now": timezone.now()})
        pairs = [(_likeness(word, near), word, near) for word, near in cursor.fetchall()]
    # The last one stays: the likest and, because sorting is stable, of equals the one that most articles have.
    pairs.sort(key=lambda pair: pair[0])
    return {word: near for likeness, word, near in pairs if likeness >= LIKE_ENOUGH}


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()
