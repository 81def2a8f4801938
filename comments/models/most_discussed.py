"""The articles with most comments in recent weeks, stored so that pages only read them."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from comments.models.comment import Comment

RECENT = timedelta(weeks=4)
COUNTED = 2_000  # the newest approved comments: the cost stays the same however many there are
KEPT = 12  # more than a page shows, because some may be withdrawn later


class MostDiscussed(models.Model):
    """One row: numbers of articles, the one with most comments first."""

    numbers = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [models.CheckConstraint(name="most_discussed_one_row", condition=Q(pk=1))]

    def __str__(self) -> str:
        return str(self.numbers)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)


def choose_most_discussed() -> None:
    """Count the comments that were approved in recent weeks, at most COUNTED of them.

    Equally many: the article with the newest comment first.
    """
    recent = Comment.objects.approved().filter(decided_at__gt=timezone.now() - RECENT)
    articles = recent.order_by("-decided_at", "-pk").values_list("article", flat=True)
    numbers = [number for number, _count in Counter(articles[:COUNTED]).most_common(KEPT)]
    if MostDiscussed.objects.filter(numbers=numbers).exists():
        return
    MostDiscussed.objects.update_or_create(pk=1, defaults={"numbers": numbers})
