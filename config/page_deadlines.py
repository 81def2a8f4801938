"""The times at which public pages change although no row does, and those of scheduled steps.

A scheduled step of an article changes rows, which tell their pages themselves. The worker takes it
within a second. The first request after its time takes it, too, because the page cache asks here
then: a worker that is late, or not running, delays nothing that somebody could see.
"""

import time
from datetime import UTC, datetime, timedelta
from math import inf

from django.db.models import QuerySet

from articles.models import Article, FrontPage, ScheduledStep
from articles.models.scheduled_step import take_due_steps
from articles.reading.page_tags import of_appearance
from comments.models import DiscussionSettings
from config.web.cache.deadlines import Deadline

NEVER: Deadline = (inf, [])
RETRY_SECONDS = 1.0  # while another process takes a step, or an editor is saving the article


def next_deadline(after: float) -> Deadline:
    """The first time later than `after` (Unix) at which an article appears, or ends to lead the
    front page, or comments close.

    Takes the steps that are due; the time of the next one is a deadline, too.
    """
    take_due_steps()
    moment = datetime.fromtimestamp(after, tz=UTC)
    coming = [NEVER]
    step = ScheduledStep.objects.order_by("at").first()
    if step is not None:
        at, now = step.at.timestamp(), time.time()
        coming.append((at if at > now else now + RETRY_SECONDS, []))
    lead = FrontPage.objects.filter(lead_until__gt=moment).first()
    if lead is not None and lead.lead_until is not None:
        coming.append((lead.lead_until.timestamp(), ["front"]))
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
