"""Lists of articles and corrections, in pages; the newest articles of each topic."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from articles.models import Article, Correction, Topic
from articles.querysets import ArticleQuerySet, CorrectionQuerySet, TopicQuerySet
from config.web.database.compiled import Compiled, Given, is_among

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

    def page(self, *, before: str, **values: Any) -> ListPage[Row]:
        """The page after the cursor `before`, which is empty for the first one.

        `values` are those that the queryset of `make` wants. Raises BadCursor.
        """
        if before:
            at, pk = read_cursor(before)
            rows = self._further.rows(at=at, pk=pk, **values)
        else:
            rows = self._first.rows(**values)
        last = rows[self._size - 1] if len(rows) > self._size else None
        older = cursor_of(getattr(last, self._time_field), last.pk) if last else ""
        return ListPage(rows[: self._size], older, is_first=not before)


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
OF_TOPIC = Listing[Article](
    lambda place: _cards_after(Article.objects.published().filter(topic=Given("topic")), place),
    "published_at",
    size=LIST_SIZE,
)
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


# The front page

LATEST = 7  # the lead and two rows of three
PICKED = 4
OF_EACH_TOPIC = 4

_LATEST = Compiled(
    lambda: Article.objects.published().for_cards().with_writer_names().newest_first()[:LATEST]
)
# Without their authors, whom the page does not name there.
_PICKS = Compiled(lambda: Article.objects.picks().for_cards().exclude(pk=Given("lead"))[:PICKED])
_LINES = Compiled(lambda: Article.objects.published().for_line().filter(is_among("pk", "numbers")))


def _topics_with_newest() -> TopicQuerySet:
    """Topics, each with the numbers of its newest articles, except those of `without`."""
    public = Article.objects.published().filter(topic=OuterRef("pk"))
    others = public.exclude(is_among("pk", "without")).newest_first()
    return Topic.objects.annotate(newest=ArraySubquery(others.values("pk")[:OF_EACH_TOPIC]))


_TOPICS = Compiled(_topics_with_newest)


def latest() -> list[Article]:
    return _LATEST.rows()


def picks(*, without: Article | None) -> list[Article]:
    return _PICKS.rows(lead=without.pk if without else 0)


def newest_by_topic(*, without: list[Article]) -> list[tuple[Topic, list[Article]]]:
    """Each topic that has articles with its newest ones, except those of `without`. Two queries."""
    topics = _TOPICS.rows(without=[article.pk for article in without])
    wanted = [pk for topic in topics for pk in vars(topic)["newest"]]
    articles = {article.pk: article for article in _LINES.rows(numbers=wanted)}
    pairs = (
        (topic, [articles[pk] for pk in vars(topic)["newest"] if pk in articles])
        for topic in topics
    )
    return [(topic, newest) for topic, newest in pairs if newest]
