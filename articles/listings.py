"""Which articles stand together: pages of a list, neighbours, the front page's topics."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from articles.models import Article, Topic
from articles.querysets import ArticleQuerySet

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Microseconds since 1970 and the row's number: a place in the list that stays when articles are added above it.
# So many digits fit a datetime and a bigint.
_CURSOR = re.compile(r"(\d{1,17})-(\d{1,18})", re.ASCII)


class BadCursor(ValueError):
    """Not a place in a list."""


@dataclass(frozen=True)
class ListPage:
    """One page of a list; `older` is the cursor of the next page, empty on the last one."""

    articles: list[Article]
    older: str
    is_first: bool


def list_page(articles: ArticleQuerySet, *, before: str, size: int) -> ListPage:
    """`size` articles, newest first, after the place `before` (empty: from the start).

    One query at any depth (keyset, no OFFSET). Raises BadCursor.
    """
    if before:
        articles = articles.before(*_read_cursor(before))
    rows = list(articles.newest_first()[: size + 1])
    older = _cursor(rows[size - 1]) if len(rows) > size else ""
    return ListPage(rows[:size], older, is_first=not before)


def _cursor(article: Article) -> str:
    if article.published_at is None:
        raise BadCursor
    return f"{(article.published_at - _EPOCH) // timedelta(microseconds=1)}-{article.pk}"


def _read_cursor(cursor: str) -> tuple[datetime, int]:
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise BadCursor
    return _EPOCH + timedelta(microseconds=int(match[1])), int(match[2])


def neighbours(article: Article) -> dict[str, Article]:
    """The public articles published just before ("older") and just after ("newer"), in one query."""
    if article.published_at is None:
        return {}
    here = (article.published_at, article.pk)
    public = Article.objects.published()
    older = public.before(*here).newest_first().values("pk")[:1]
    newer = public.after(*here).order_by("published_at", "pk").values("pk")[:1]
    # Two scalar subqueries: PostgreSQL answers each from the index, then fetches by primary key.
    found = public.for_line().filter(Q(pk=Subquery(older)) | Q(pk=Subquery(newer)))
    return {"older" if (row.published_at, row.pk) < here else "newer": row for row in found}


def more_from_topic(article: Article, number: int = 3) -> ArticleQuerySet:
    if article.topic_id is None:
        return Article.objects.none()
    same_topic = Article.objects.published().filter(topic=article.topic_id).exclude(pk=article.pk)
    # Without the names, which would cost the article page one more query.
    return same_topic.for_list().prefetch_related(None).newest_first()[:number]


def topics_with_articles() -> QuerySet[Topic]:
    """Topics that have something for readers, in their order."""
    return Topic.objects.filter(Exists(Article.objects.published().filter(topic=OuterRef("pk"))))


def newest_by_topic(
    *, without: list[Article], number: int = 4
) -> list[tuple[Topic, list[Article]]]:
    """Each topic with its newest articles, those of `without` left out. Two queries, however many topics."""
    public = Article.objects.published().exclude(pk__in=[article.pk for article in without])
    of_topic = public.filter(topic=OuterRef("pk")).newest_first().values("pk")[:number]
    topics = list(Topic.objects.annotate(newest=ArraySubquery(of_topic)))
    wanted = [pk for topic in topics for pk in topic.newest]
    articles = public.for_line().in_bulk(wanted)
    pairs = ((topic, [articles[pk] for pk in topic.newest if pk in articles]) for topic in topics)
    return [(topic, newest) for topic, newest in pairs if newest]
