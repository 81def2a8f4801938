"""Whether readers may comment on an article."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from articles.models import Article


@dataclass(frozen=True)
class Opening:
    """`closed_since` is None while comments are open, and when somebody closed them by hand."""

    is_open: bool
    closed_since: datetime | None = None


def opening_of(article: Article, close_after_days: int | None) -> Opening:
    """`close_after_days` is that of DiscussionSettings."""
    end = closes_at(article, close_after_days)
    if end is not None and end <= timezone.now():
        return Opening(is_open=False, closed_since=end)
    return Opening(is_open=article.is_published and article.comments_open)


def closes_at(article: Article, close_after_days: int | None) -> datetime | None:
    """When the article's comments close by themselves, also if that is past.

    The article's own date goes before the rule for all articles.
    """
    if article.comments_close_at or not (close_after_days and article.published_at):
        return article.comments_close_at
    return article.published_at + timedelta(days=close_after_days)
