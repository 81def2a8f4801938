from django.db import models

from config.web.text.fields import JSONField


class ListFigures(models.Model):
    """Numbers of the whole list, in one row: no page counts a million subscribers.

    A task keeps them fresh (newsletter/reporting.py).
    """

    counted_at = models.DateTimeField()
    # How many subscribers have each status.
    statuses = JSONField()
    # How many joined, left, bounced and complained in a month: {"2026-11": [40, 3, 5, 0]}.
    months = JSONField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.counted_at:%Y-%m-%d %H:%M}"
