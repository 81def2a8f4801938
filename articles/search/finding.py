"""Which published articles answer a query, the best first, a page at a time."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.db.models import Func, TextField, Value
from django.db.models.functions import Left, NullIf
from django.utils import timezone

from articles.models import Article, Topic
from articles.search.bounds import bounded
from articles.search.marking import Pieces, marked, matching, snippet
from config.web.text.search_words import read_query

PAGE_SIZE = 10
# Ranking reads a word vector for each match, 5-10 µs: of more matches than these, the newest are ranked, besides the newest
# that match by title, standfirst and author.
CANDIDATES = 300
# Candidates of a phrase have its words, in whatever order. Where too few of them have the phrase, more are looked at,
# but not all: reading the vectors of 100,000 articles takes seconds.
WIDER = (600, 4_000)
ENOUGH = 30
SNIPPET_FROM = 20_000  # characters: making a snippet reads all of them

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Rank, microseconds since 1970 and the article's number.
_CURSOR = re.compile(r"(\d{1,9})-(\d{1,17})-(\d{1,18})", re.ASCII)
_PHRASE = re.compile(r" <(?:-|\d+)> ")
_READ_QUERY = """
    SELECT query::text, querytree(query)
    FROM websearch_to_tsquery('colophon', web_search_query(%s, %s)) AS query
"""

_FIND = """
    WITH candidates AS MATERIALIZED (
        (SELECT article_id FROM articles_searchentry
         WHERE heading @@ %(needed)s::tsquery AND {public}
         ORDER BY published_at DESC, article_id DESC LIMIT %(cap)s)
        UNION
        (SELECT article_id FROM articles_searchentry
         WHERE document @@ %(needed)s::tsquery AND {public}
         ORDER BY published_at DESC, article_id DESC LIMIT %(cap)s)
    ), matches AS MATERIALIZED (
        SELECT article_id, published_at,
            -- Shorter articles rank higher (1); in thousandths, so that of equally good ones the newer comes first.
            round(1000 * ts_rank(document, %(query)s::tsquery, 1))::int AS rank
        FROM candidates JOIN articles_searchentry USING (article_id)
        WHERE %(needed)s = %(query)s OR document @@ %(query)s::tsquery
    ), page AS (
        SELECT * FROM matches WHERE {after}
        ORDER BY rank DESC, published_at DESC, article_id DESC LIMIT %(size)s
    )
    SELECT counts.*, page.article_id, page.rank, page.published_at
    FROM (SELECT (SELECT count(*) FROM candidates), (SELECT count(*) FROM matches)) AS counts
    LEFT JOIN page ON true
    ORDER BY page.rank DESC, page.published_at DESC, page.article_id DESC
"""


type Place = tuple[int, datetime, int]  # rank, date and number of an article


class BadCursor(ValueError):
    """Not a place in a list of results."""


@dataclass(frozen=True)
class Filters:
    """What results must have besides words; `author` is a part of a name, the days are whole ones, both included."""

    topic: Topic | None = None
    author: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Hit:
    """A result; title and snippet in pieces, each with whether it matches."""

    article: Article
    title: Pieces
    snippet: Pieces


@dataclass(frozen=True)
class Results:
    """A page of results. `next` is the cursor of the page after it, `more` that there are more than `count`."""

    hits: list[Hit] = field(default_factory=list)
    count: int = 0
    more: bool = False
    next: str = ""
    is_first: bool = True
    is_searchable: bool = True  # else the query is made of operators and stop words only


def find(text: str, filters: Filters, *, after: str = "") -> Results:
    """Articles that match `text` in the syntax of websearch_to_tsquery, after the place `after`.

    Raises BadCursor and bounds.TooSlow.
    """
    place = _read_cursor(after) if after else None
    with bounded() as cursor:
        query, needed = _read_query(cursor, text)
        if not needed:
            return Results(is_searchable=False)
        found = _found(cursor, query, needed, filters, place)
        here = found.places[:PAGE_SIZE]
        return Results(
            hits=_hits(cursor, query, [pk for *_, pk in here]),
            count=found.count,
            more=found.more,
            next=_cursor(*here[-1]) if len(found.places) > PAGE_SIZE else "",
            is_first=place is None,
        )


def _read_query(cursor: CursorWrapper, text: str) -> tuple[str, str]:
    """The query as PostgreSQL reads it, and what every match has: its words, without order and negation."""
    cursor.execute(_READ_QUERY, read_query(text))
    query, needed = cursor.fetchone()
    return query, "" if needed == "T" else _PHRASE.sub(" & ", needed)


@dataclass(frozen=True)
class _Found:
    places: list[Place]
    count: int
    more: bool


def _found(
    cursor: CursorWrapper, query: str, needed: str, filters: Filters, place: Place | None
) -> _Found:
    """Places of one page and of one more, which tells that there is a next page."""
    statement, values = _statement(filters, place)
    values |= {"query": query, "needed": needed, "size": PAGE_SIZE + 1}
    for cap in (CANDIDATES,) if needed == query else WIDER:
        cursor.execute(statement, values | {"cap": cap})
        rows = cursor.fetchall()
        looked_at, count = rows[0][:2]
        if looked_at < cap or count >= ENOUGH:
            break
    # Without any there is one row, for the counts.
    places = [(rank, published_at, pk) for *_, pk, rank, published_at in rows if pk]
    return _Found(places, count, more=looked_at >= cap)


def _statement(filters: Filters, place: Place | None) -> tuple[str, dict[str, Any]]:
    public, values = _conditions(filters)
    if place is None:
        return _FIND.format(public=public, after="true"), values
    values |= dict(zip(("rank", "at", "pk"), place, strict=True))
    after = "(rank, published_at, article_id) < (%(rank)s, %(at)s, %(pk)s)"
    return _FIND.format(public=public, after=after), values


def _conditions(filters: Filters) -> tuple[str, dict[str, Any]]:
    """SQL for the entries that count, and its values."""
    parts = ["published_at <= %(now)s"]
    values: dict[str, Any] = {"now": timezone.now()}
    if filters.topic:
        parts.append("topic_id = %(topic)s")
        values["topic"] = filters.topic.pk
    if filters.since:
        parts.append("published_at >= %(since)s")
        values["since"] = _midnight(filters.since)
    if filters.until:
        parts.append("published_at < %(until)s")
        values["until"] = _midnight(filters.until + timedelta(days=1))
    if filters.author:
        parts.append(_BY_AUTHOR)
        values["author"] = filters.author.split()
    return " AND ".join(parts), values


_BY_AUTHOR = """article_id IN (
    SELECT line.article_id FROM articles_contribution line
    JOIN articles_author author ON author.id = line.author_id
    WHERE line.part = 'author' AND (
        SELECT bool_and(strpos(web_search_words(author.name), web_search_words(word)) > 0)
        FROM unnest(%(author)s::text[]) AS word
    )
)"""


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _hits(cursor: CursorWrapper, query: str, numbers: list[int]) -> list[Hit]:
    """The articles of one page in their order, with what matches marked."""
    standfirst = NullIf("standfirst", Value("", TextField()))
    words: Any = Func(
        Value(" … "), standfirst, Left("plain_text", SNIPPET_FROM),
        function="concat_ws", output_field=TextField(),
    )  # fmt: skip
    rows = Article.objects.published().for_list().annotate(words=words).in_bulk(numbers)
    found: list[Any] = [rows[pk] for pk in numbers if pk in rows]
    matches = matching(cursor, query, [text for row in found for text in (row.title, row.words)])
    return [Hit(row, marked(row.title, matches), snippet(row.words, matches)) for row in found]


def _cursor(rank: int, published_at: datetime, pk: int) -> str:
    return f"{rank}-{(published_at - _EPOCH) // timedelta(microseconds=1)}-{pk}"


def _read_cursor(cursor: str) -> Place:
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise BadCursor
    return int(match[1]), _EPOCH + timedelta(microseconds=int(match[2])), int(match[3])
