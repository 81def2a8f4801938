"""Lists of articles and corrections, in pages; the newest articles of each topic."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from articles.models import Article, Author, Correction, Topic
from articles.querysets import ArticleQuerySet

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Microseconds since 1970 and the row's number. So many digits fit a datetime and a bigint.
_CURSOR = re.compile(r"(\d{1,17})-(\d{1,18})", re.ASCII)


class BadCursor(ValueError):
    """The text is no cursor."""


@dataclass(frozen=True)
class ListPage[Row]:
    """One page of a list. `older` is the cursor of the next page, empty on the last one."""

    rows: list[Row]
    older: str
    is_first: bool


def list_page(articles: ArticleQuerySet, *, before: str, size: int) -> ListPage[Article]:
    """The next `size` articles after the cursor `before`, newest first.

    An empty cursor is the start of the list. One query at any depth (keyset, no OFFSET). Raises
    BadCursor.
    """
    return _page(articles, "published_at", before=before, size=size)


def author_page(person: Author, *, before: str, size: int) -> ListPage[Article]:
    """The same for the articles that somebody wrote."""
    place = read_cursor(before) if before else None
    written = Article.objects.newest_of(person, number=size + 1, before=place)
    return _page(written.for_list(), "published_at", before=before, size=size)


def corrections_page(*, before: str, size: int) -> ListPage[Correction]:
    """The same for corrections, each with the fields of its article that a line shows."""
    fields = ("corrected_at", "text", "article__title", "article__slug")
    corrections = Correction.objects.of_published().select_related("article").only(*fields)
    return _page(corrections, "corrected_at", before=before, size=size)


def _page(listed: Any, time_field: str, *, before: str, size: int) -> ListPage[Any]:
    if before:
        listed = listed.before(*read_cursor(before))
    rows = list(listed.newest_first()[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    older = cursor_of(getattr(last, time_field), last.pk) if last else ""
    return ListPage(rows[:size], older, is_first=not before)


def cursor_of(at: datetime, pk: int) -> str:
    """The keyset (time, number) of a row in a list, as addresses carry it.

    It names the same row when articles are added above that one.
    """
    return f"{(at - _EPOCH) // timedelta(microseconds=1)}-{pk}"


def read_cursor(cursor: str) -> tuple[datetime, int]:
    """The keyset of a cursor. Raises BadCursor."""
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise BadCursor
    return _EPOCH + timedelta(microseconds=int(match[1])), int(match[2])


def newest_by_topic(
    *, without: list[Article], number: int = 4
) -> list[tuple[Topic, list[Article]]]:
    """Each topic that has articles with its newest ones, except those of `without`. Two queries."""
    public = Article.objects.published().exclude(pk__in=[article.pk for article in without])
    of_topic = public.filter(topic=OuterRef("pk")).newest_first().values("pk")[:number]
    topics = list(Topic.objects.annotate(newest=ArraySubquery(of_topic)))
    wanted = [pk for topic in topics for pk in topic.newest]
    articles = public.for_line().in_bulk(wanted)
    pairs = ((topic, [articles[pk] for pk in topic.newest if pk in articles]) for topic in topics)
    return [(topic, newest) for topic, newest in pairs if newest]
