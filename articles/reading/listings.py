"""Lists of articles and corrections, in pages."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from articles.models import Article, Correction
from articles.querysets import ArticleQuerySet, CorrectionQuerySet
from config.web.database.compiled import Compiled, Given

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


# A keyset (time, number), which begins a page of a list; None for its first page.
type Place = tuple[datetime | Given, int | Given] | None


class Listing[Row: (Article, Correction)]:
    """A list in pages of `size` rows, newest first. Each page is one statement at any depth.

    `make` gives the rows after a place (keyset, no OFFSET), and one row too many; it has the place
    of each row in `time_field` and `pk`.
    """

    def __init__(self, make: Callable[[Place], Any], time_field: str, *, size: int) -> None:
        def after(place: Place) -> Any:
            return make(place).newest_first()[: size + 1]

        self._first: Compiled[Row] = Compiled(lambda: after(None))
        self._further: Compiled[Row] = Compiled(lambda: after((Given("at"), Given("pk"))))
        self._time_field, self._size = time_field, size

    def page(self, cursor: str, **values: Any) -> ListPage[Row]:
        """The page after the cursor, which is empty for the first one.

        `values` are those that the queryset of `make` wants. Raises BadCursor.
        """
        if cursor:
            at, pk = read_cursor(cursor)
            rows = self._further.rows(at=at, pk=pk, **values)
        else:
            rows = self._first.rows(**values)
        last = rows[self._size - 1] if len(rows) > self._size else None
        older = cursor_of(getattr(last, self._time_field), last.pk) if last else ""
        return ListPage(rows[: self._size], older, is_first=not cursor)


def _cards_after(articles: ArticleQuerySet, place: Place) -> ArticleQuerySet:
    cards = articles.for_cards().with_writer_names()
    return cards.before(*place) if place else cards


def _corrections_after(place: Place) -> CorrectionQuerySet:
    """With the fields of its article that a line shows."""
    fields = ("corrected_at", "text", "article__title", "article__slug")
    corrections = Correction.objects.of_published().select_related("article").only(*fields)
    return corrections.before(*place) if place else corrections


def _written_after(place: Place) -> ArticleQuerySet:
    newest = Article.objects.newest_of(Given("person"), number=LIST_SIZE + 1, before=place)
    return newest.for_cards().with_writer_names()


def _of_topic_after(place: Place) -> ArticleQuerySet:
    newest = Article.objects.of_topic(Given("topic"), number=LIST_SIZE + 1, before=place)
    return newest.for_cards().with_writer_names()


LIST_SIZE = 12
ARCHIVE_SIZE = 30
ALL_ARTICLES = Listing[Article](
    lambda place: _cards_after(Article.objects.published(), place),
    "published_at",
    size=ARCHIVE_SIZE,
)
# Of the articles from `start` on and before `end`.
OF_PERIOD = Listing[Article](
    lambda place: _cards_after(
        Article.objects.published().published_between(Given("start"), Given("end")), place
    ),
    "published_at",
    size=ARCHIVE_SIZE,
)
OF_TOPIC = Listing[Article](_of_topic_after, "published_at", size=LIST_SIZE)
WRITTEN_BY = Listing[Article](_written_after, "published_at", size=LIST_SIZE)
CORRECTIONS = Listing[Correction](_corrections_after, "corrected_at", size=ARCHIVE_SIZE)


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
