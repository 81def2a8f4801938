"""Counts of rate limits, which all processes of all machines share."""

from django.db import models

from config.web.text.fields import CharField


class RateLimit(models.Model):
    """How often one key was tried in one window of time. The key is a keyed hash."""

    scope = CharField(max_length=40)
    key = CharField(max_length=64)
    window_start = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "key", "window_start"], name="rate_limit_unique"
            )
        ]
        indexes = [models.Index(fields=["window_start"], name="rate_limit_window")]

    def __str__(self) -> str:
        return f"{self.scope} {self.count}"
