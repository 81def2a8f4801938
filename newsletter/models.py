"""Subscribers with the evidence of their consent (GDPR Art. 7(1))."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from newsletter.querysets import SubscriberQuerySet


class Subscriber(models.Model):
    class Status(models.TextChoices):
        """Legal steps: PENDING -> CONFIRMED (confirm), PENDING | CONFIRMED -> UNSUBSCRIBED (unsubscribe),

        UNSUBSCRIBED -> PENDING (request again). BOUNCED and COMPLAINED are set by the mail provider's reports.
        """

        PENDING = "pending", _("Waiting for confirmation")
        CONFIRMED = "confirmed", _("Confirmed")
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
        BOUNCED = "bounced", _("Bounced")
        COMPLAINED = "complained", _("Complained")

    email = models.EmailField(_("e-mail address"), max_length=254)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.PENDING)
    # Evidence of consent: what was asked for, where, in which words, and when the owner of the mailbox said yes.
    requested_at = models.DateTimeField(_("requested"))
    consent_wording = models.TextField(_("wording shown"))
    consent_page = models.CharField(_("page"), max_length=500, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    unsubscribed_at = models.DateTimeField(_("unsubscribed"), null=True, blank=True)
    # The answer that we owe by mail; empty when none. A task sends it, a sweep finds what a killed task left.
    mail_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    mail_attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="subscriber_email_unique"),
            models.CheckConstraint(
                name="subscriber_status_known",
                condition=Q(
                    status__in=["pending", "confirmed", "unsubscribed", "bounced", "complained"]
                ),
            ),
            models.CheckConstraint(
                name="subscriber_confirmed_has_time",
                condition=~Q(status="confirmed") | Q(confirmed_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["mail_due_at"],
                name="subscriber_mail_due",
                condition=Q(mail_due_at__isnull=False),
            ),
            models.Index(F("requested_at").desc(), F("id").desc(), name="subscriber_newest"),
        ]

    def __str__(self) -> str:
        return self.email
