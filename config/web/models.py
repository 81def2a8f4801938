"""Counts of rate limits, which all processes of all machines share, and the tables of all apps."""

from django.db import models

from config.web.audit import AuditEntry
from config.web.mail.wanted_mail import MailChoice
from config.web.text.fields import CharField

__all__ = ["AuditEntry", "MailChoice", "RateLimit"]


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
