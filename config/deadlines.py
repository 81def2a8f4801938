"""When public pages change although no row does."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import inf

from articles.models import Article
from comments.models import DiscussionSettings
from config.web.cache.deadlines import Deadline

NEVER: Deadline = (inf, [])


def next_deadline(after: float) -> Deadline:
    """The first time later than `after` (Unix) at which an article appears or comments close."""
    moment = datetime.fromtimestamp(after, tz=UTC)
    coming = (_publication(moment), _closing_by_date(moment), _closing_by_age(moment))
    return min(coming, key=lambda deadline: deadline[0])


def _publication(moment: datetime) -> Deadline:
    article = Article.objects.next_published(after=moment)
    if article is None or article.published_at is None:
        return NEVER
    return article.published_at.timestamp(), ["articles"]


def _closing_by_date(moment: datetime) -> Deadline:
    article = Article.objects.next_closing(after=moment)
    if article is None or article.comments_close_at is None:
        return NEVER
    # Many articles may have the same midnight.
    together = Article.objects.filter(comments_close_at=article.comments_close_at)
    return article.comments_close_at.timestamp(), _threads(together.values_list("pk", flat=True))


def _closing_by_age(moment: datetime) -> Deadline:
    days = DiscussionSettings.current().close_after_days
    if days is None:
        return NEVER
    age = timedelta(days=days)
    article = Article.objects.next_published(after=moment - age)
    if article is None or article.published_at is None:
        return NEVER
    together = Article.objects.filter(published_at=article.published_at)
    closes_at = article.published_at + age
    return closes_at.timestamp(), _threads(together.values_list("pk", flat=True))


def _threads(numbers: Iterable[int]) -> list[str]:
    return [f"thread-{number}" for number in numbers]
