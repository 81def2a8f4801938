from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.web.text.fields import CharField, TextField
from newsletter.models.delivery import Delivery
from newsletter.models.issue import Issue


class MailEvent(models.Model):
    """What a mail server or a reader reported of a mail that was handed over."""

    class Kind(models.TextChoices):
        HARD = "hard", _("The address does not exist")
        SOFT = "soft", _("Not delivered this time")
        POLICY = "policy", _("Refused by the provider's policy")
        COMPLAINT = "complaint", _("Reported as spam")

    # Of the report, not of the mail: a report that comes again counts once.
    key = CharField(max_length=64)
    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="events")
    # That of the delivery: the page of an issue counts its reports without reading its deliveries.
    issue = models.ForeignKey(
        Issue,
        models.CASCADE,
        related_name="events",
        db_index=False,  # the one below serves
    )
    kind = CharField(_("kind"), max_length=9, choices=Kind)
    status = CharField(_("status"), max_length=12, blank=True)  # such as 5.1.1 (RFC 3463)
    answer = TextField(_("server's answer"), blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("delivery report")
        verbose_name_plural = _("delivery reports")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="mail_event_key_unique"),
            models.CheckConstraint(
                name="mail_event_kind_known",
                condition=Q(kind__in=["hard", "soft", "policy", "complaint"]),
            ),
        ]

        indexes = [models.Index(fields=["issue", "kind"], name="mail_event_of_issue")]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"
