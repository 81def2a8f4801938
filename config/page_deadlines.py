"""The times at which public pages change although no row does."""

from datetime import UTC, datetime, timedelta
from math import inf

from django.db.models import QuerySet

from articles.models import Article
from articles.reading.page_tags import of_appearance
from comments.models import DiscussionSettings
from config.web.cache.deadlines import Deadline

NEVER: Deadline = (inf, [])


def next_deadline(after: float) -> Deadline:
    """The first time later than `after` (Unix) at which an article appears or comments close."""
    moment = datetime.fromtimestamp(after, tz=UTC)
    coming = [NEVER]
    article = Article.objects.next_published(after=moment)
    if article is not None and article.published_at is not None:
        coming.append((article.published_at.timestamp(), of_appearance(article.published_at)))
    article = Article.objects.next_closing(after=moment)
    if article is not None and article.comments_close_at is not None:
        # Many articles may have the same midnight.
        together = Article.objects.filter(comments_close_at=article.comments_close_at)
        coming.append((article.comments_close_at.timestamp(), _openings(together)))
    days = DiscussionSettings.current().close_after_days
    age = timedelta(days=days or 0)
    article = Article.objects.next_published(after=moment - age)
    if days is not None and article is not None and article.published_at is not None:
        together = Article.objects.filter(published_at=article.published_at)
        coming.append(((article.published_at + age).timestamp(), _openings(together)))
    first = min(at for at, _tags in coming)
    return first, [tag for at, tags in coming if at == first for tag in tags]


def _openings(articles: QuerySet[Article]) -> list[str]:
    return [f"opening-{pk}" for pk in articles.values_list("pk", flat=True)]
