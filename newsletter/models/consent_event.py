"""The evidence of consent: what was asked, confirmed and changed. Rows are only added."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.web.database.at_once import Statement, run_at_once
from config.web.text.fields import CharField, TextField

_ADD = """
    INSERT INTO newsletter_consentevent (subscriber_id, kind, at, wording, page, detail)
    SELECT %s, %s, %s, %s, %s, %s WHERE %s
"""


class ConsentEventQuerySet(models.QuerySet["ConsentEvent"]):
    def add(self, subscriber_id: int, kind: str, at: datetime, **more: Any) -> None:
        """Add a row, with `more` of what `to_add` takes."""
        run_at_once(self.to_add(subscriber_id, kind, at, **more))

    def to_add(
        self,
        subscriber_id: int,
        kind: str,
        at: datetime,
        *,
        wording: str = "",
        page: str = "",
        detail: str = "",
        only_if: bool = True,
    ) -> Statement:
        """What adds a row. Without `only_if` it adds none and takes the same time."""
        return Statement(_ADD, [subscriber_id, kind, at, wording, page, detail, only_if])


class ConsentEvent(models.Model):
    """Triggers refuse a change, and a deletion without that of the subscriber."""

    class Kind(models.TextChoices):
        ASKED = "asked", _("Signed up")
        CONFIRMED = "confirmed", _("Confirmed")
        CHANGED = "changed", _("Changed choices")
        LEFT = "left", _("Unsubscribed")

    subscriber = models.ForeignKey(
        "newsletter.Subscriber", models.CASCADE, related_name="consent_events"
    )
    kind = CharField(_("kind"), max_length=9, choices=Kind)
    at = models.DateTimeField(_("at"))
    wording = TextField(_("wording shown"), blank=True)
    page = CharField(_("page"), max_length=500, blank=True)
    detail = TextField(_("detail"), blank=True)

    objects = ConsentEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent event")
        verbose_name_plural = _("consent events")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="consent_event_kind_known",
                condition=Q(kind__in=["asked", "confirmed", "changed", "left"]),
            ),
        ]
        indexes = [models.Index(fields=["kind", "at"], name="consent_event_when")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
