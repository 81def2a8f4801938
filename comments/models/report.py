"""What readers report."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment
from comments.querysets import ReportQuerySet
from config.web.text.fields import CharField, ShortTextField


class Report(models.Model):
    """A reader's notice about a public comment (DSA Art. 16). Open until a moderator decides."""

    class Reason(models.TextChoices):
        HARMFUL = "harmful", _("Advice that can do harm")
        ABUSE = "abuse", _("Insult, threat or hate")
        PRIVATE = "private", _("Shares private information about someone")
        SPAM = "spam", _("Advertising or spam")
        ILLEGAL = "illegal", _("Against the law")
        OTHER = "other", _("Something else")

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="reports")
    reason = CharField(_("reason"), max_length=7, choices=Reason)
    text = ShortTextField(_("what is wrong"), max_length=500, blank=True)
    network = CharField(_("network"), max_length=49, blank=True, editable=False)
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    resolved_at = models.DateTimeField(_("resolved"), null=True, editable=False)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("resolved by"),
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "network"],
                name="report_once_per_network",
                condition=Q(resolved_at__isnull=True) & ~Q(network=""),
            ),
            models.CheckConstraint(
                name="report_reason_known",
                condition=Q(reason__in=["harmful", "abuse", "private", "spam", "illegal", "other"]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["at", "comment"], name="report_open", condition=Q(resolved_at__isnull=True)
            ),
            models.Index(fields=["-at", "-id"], name="report_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.text[:60]}"
