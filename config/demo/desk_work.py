"""What makes the desk look lived in: unpublished changes, reads of weeks, a planned issue."""

import random
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from articles.models import Article, ReadCount
from config.demo import content
from newsletter.models import Issue

DAYS_OF_READS = 60


def make_desk_work(now: datetime) -> None:
    """Make it after articles and subscribers, with times counted from `now`."""
    editor = User.objects.get(username="editor")
    table = content.table("desk")
    change = table["working_copy"]
    article = Article.objects.get(slug=change["article"])
    changed = article.edited_content() | {"standfirst": change["standfirst"]}
    article.save_content(changed, by=editor, reason=change["reason"])
    _make_reads(now)
    planned = table["issue"]
    issue = Issue.objects.create(
        subject=planned["subject"], intro=planned["intro"], created_by=editor
    )
    at = timezone.localtime(now + timedelta(days=planned["send_in"]))
    issue.schedule(by=editor, at=at.replace(hour=8, minute=0, second=0, microsecond=0))


def _make_reads(now: datetime) -> None:
    """Many on the first days of an article, then fewer; some articles are read more than others."""
    dice = random.Random(3)  # noqa: S311 - how often invented articles were read
    today = timezone.localdate(now)
    rows = []
    for article in Article.objects.published().order_by("pk"):
        liked = dice.uniform(20, 120)
        for back in range(DAYS_OF_READS):
            day = today - timedelta(days=back)
            age = (day - timezone.localdate(article.published_at)).days
            if age >= 0:
                number = round(liked * (1 + 6 / (1 + age)) * dice.uniform(0.6, 1.4))
                rows.append(ReadCount(article=article, day=day, number=number))
    ReadCount.objects.bulk_create(rows)
