"""Published articles that match a query, the best or the newest first, a page at a time."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Func, QuerySet, TextField, Value
from django.db.models.functions import Left, NullIf
from django.utils import timezone

from articles.models import Article, Topic
from articles.reading.listings import BadCursor, cursor_of, read_cursor
from articles.search.bounds import bounded
from articles.search.marking import Pieces, marked, matching, snippet
from config.web.database.compiled import Compiled, is_among
from config.web.text.search_words import read_query

PAGE_SIZE = 10
# Ranking reads a word vector for each match, 5-10 µs. Of more matches than these only the newest
# are ranked, and the newest that match by title, standfirst and author.
CANDIDATES = 300
# Candidates of a phrase have its words in any order. Where too few of them have the phrase, more
# are looked at, but not all: reading the vectors of 100,000 articles takes seconds.
WIDER = (600, 4_000)
ENOUGH = 30
SNIPPET_FROM = 20_000  # characters: making a snippet reads all of them

# The rank, and the cursor of the article in a list by time.
_CURSOR = re.compile(r"(\d{1,9})-(.+)", re.ASCII)
# The query of a reader, and the words that every match has. The index knows nothing of their order
# and of negation. As settings they are read once, and the planner knows them.
_QUERY = r"""
    SELECT set_config('search.query', query::text, true),
        set_config('search.needed', needed, true),
        set_config('search.cap', CASE needed WHEN query::text THEN %(plain)s ELSE %(cap)s END, true)
    FROM websearch_to_tsquery('colophon', web_search_query(%(signs)s, %(terms)s)) AS query
    CROSS JOIN LATERAL regexp_replace(querytree(query), ' <(-|\d+)> ', ' & ', 'g') AS needed;
"""
_FIND = f"""
    {_QUERY}
    WITH asked AS MATERIALIZED (
        SELECT current_setting('search.query')::tsquery AS query,
            current_setting('search.needed') AS needed,
            current_setting('search.needed') = current_setting('search.query') AS is_plain
    ), candidates AS MATERIALIZED (
        (SELECT article_id FROM articles_searchentry
         WHERE heading @@ current_setting('search.needed')::tsquery AND {{public}}
         ORDER BY published_at DESC, article_id DESC LIMIT current_setting('search.cap')::int)
        UNION
        (SELECT article_id FROM articles_searchentry
         WHERE document @@ current_setting('search.needed')::tsquery AND {{public}}
         ORDER BY published_at DESC, article_id DESC LIMIT current_setting('search.cap')::int)
    ), matches AS MATERIALIZED (
        SELECT article_id, published_at,
            {{rank}} AS rank
        FROM candidates JOIN articles_searchentry USING (article_id) CROSS JOIN asked
        WHERE is_plain OR document @@ query
    ), page AS (
        SELECT * FROM matches WHERE {{after}}
        ORDER BY rank DESC, published_at DESC, article_id DESC LIMIT %(size)s
    )
    SELECT counts.*, page.article_id, page.rank, page.published_at
    FROM (
        SELECT query::text, needed,
            (SELECT count(*) FROM candidates), (SELECT count(*) FROM matches)
        FROM asked
    ) AS counts
    LEFT JOIN page ON true
    ORDER BY page.rank DESC, page.published_at DESC, page.article_id DESC
"""
# Shorter articles rank higher (1). In thousandths: of two equals the newer is first.
_BEST = "round(1000 * ts_rank(document, query, 1))::int"
_ALL_ALIKE = "0"

type Keyset = tuple[int, datetime, int]  # rank, date and number of an article


@dataclass(frozen=True)
class Filters:
    """The conditions of a search besides its words.

    `author` is a part of a name. Results are from `since` to `until`, with both days.
    """

    topic: Topic | None = None
    author: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Hit:
    """One result."""

    article: Article
    title: Pieces
    snippet: Pieces


@dataclass(frozen=True)
class Results:
    """A page of results.

    `count` is the number of all results, or a lower bound of it when `more` is true. `next` is the
    cursor of the next page, empty on the last one.
    """

    hits: list[Hit] = field(default_factory=list)
    count: int = 0
    more: bool = False
    next: str = ""
    is_first: bool = True
    is_searchable: bool = True  # false when the query has only operators and stop words


def find(text: str, filters: Filters, *, after: str = "", newest_first: bool = False) -> Results:
    """Articles that match `text`, written in the syntax of websearch_to_tsquery.

    `after` is the cursor of a page, empty for the first one. Raises BadCursor and bounds.TooSlow.
    """
    place: Keyset | None = None
    if after:
        match = _CURSOR.fullmatch(after)
        if match is None:
            raise BadCursor
        place = (int(match[1]), *read_cursor(match[2]))
    rank = _ALL_ALIKE if newest_first else _BEST
    query, keysets, count, more = _matches(text, filters, place, rank)
    if not query:
        return Results(is_searchable=False)
    here = keysets[:PAGE_SIZE]
    return Results(
        hits=_hits(query, [pk for *_, pk in here]),
        count=count,
        more=more,
        next=f"{here[-1][0]}-{cursor_of(*here[-1][1:])}" if len(keysets) > PAGE_SIZE else "",
        is_first=place is None,
    )


def _matches(
    text: str, filters: Filters, place: Keyset | None, rank: str
) -> tuple[str, list[Keyset], int, bool]:
    """The tsquery, the keysets of one page, the number of results, and whether there are more.

    The tsquery is "" when there is no word to look for. There is one keyset too many when there is
    a next page.
    """
    public, values = _conditions(filters)
    after = "true"
    if place:
        after = "(rank, published_at, article_id) < (%(rank)s, %(at)s, %(pk)s)"
        values |= dict(zip(("rank", "at", "pk"), place, strict=True))
    statement = _FIND.format(public=public, after=after, rank=rank)
    values["signs"], values["terms"] = read_query(text)
    values |= {"size": PAGE_SIZE + 1, "plain": str(CANDIDATES)}
    for cap in WIDER:
        rows = bounded(statement, **values, cap=str(cap))
        query, needed, looked_at, count = rows[0][:4]
        if needed == query:
            cap = CANDIDATES
        if needed == query or looked_at < cap or count >= ENOUGH:
            break
    # Where nothing matches, there is one row, which holds the counts.
    keysets = [(rank, published_at, pk) for *_, pk, rank, published_at in rows if pk]
    return "" if needed in {"", "T"} else query, keysets, count, looked_at >= cap


def _conditions(filters: Filters) -> tuple[str, dict[str, Any]]:
    """SQL that chooses search entries, and its values."""
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


def _found_articles() -> QuerySet[Article]:
    """Articles of a page of results, with the `words` of which a snippet is made."""
    standfirst = NullIf("standfirst", Value("", TextField()))
    parts = (Value(" … "), standfirst, Left("plain_text", SNIPPET_FROM))
    words: Any = Func(*parts, function="concat_ws", output_field=TextField())
    cards = Article.objects.published().for_cards().with_writer_names()
    return cards.filter(is_among("pk", "numbers")).annotate(words=words)


_FOUND = Compiled(_found_articles)


def _hits(query: str, numbers: list[int]) -> list[Hit]:
    """The articles of one page in their order, with what matches marked."""
    rows: dict[int, Any] = {row.pk: row for row in _FOUND.rows(numbers=numbers)}
    found = [rows[pk] for pk in numbers if pk in rows]
    matches = matching(query, [text for row in found for text in (row.title, row.words)])
    return [Hit(row, marked(row.title, matches), snippet(row.words, matches)) for row in found]
