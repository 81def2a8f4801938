"""One copy of an issue for one subscriber. What is sent is decided by these rows alone."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from config.web.database.keys import may_be_key
from config.web.requests.signed_links import keyed_hash
from config.web.text.fields import CharField
from newsletter.delivery_querysets import DeliveryQuerySet
from newsletter.models.issue import Issue
from newsletter.models.subscriber import Subscriber

SIGNATURE_LENGTH = 20  # hexadecimal digits, 80 bits


class Delivery(models.Model):
    class Status(models.TextChoices):
        """WAITING -> SENT | REFUSED | LEFT. IN_DOUBT -> WAITING (an editor sends it again).

        A waiting row with `begun_at` was being handed over: when its lease has ended without an
        answer, nobody knows whether the mail went out.
        """

        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        REFUSED = "refused", _("Refused")
        LEFT = "left", _("Unsubscribed before sending")
        IN_DOUBT = "in_doubt", _("Unclear")

    issue = models.ForeignKey(
        Issue,
        models.CASCADE,
        related_name="deliveries",
        db_index=False,  # the constraint's serves
    )
    # Empty once the subscriber is erased: the numbers of an issue stay.
    subscriber = models.ForeignKey(
        Subscriber, models.SET_NULL, null=True, related_name="deliveries"
    )
    status = CharField(_("status"), max_length=8, choices=Status, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    # How often it was handed over with no answer.
    doubts = models.PositiveSmallIntegerField(_("times unclear"), default=0)
    # When it may be claimed: at once, after a pause, or when the lease of its worker has ended.
    due_at = models.DateTimeField(_("due"))
    claim = models.UUIDField(null=True)
    begun_at = models.DateTimeField(_("begun"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answer = CharField(_("mail server's answer"), max_length=300, blank=True)

    objects: ClassVar[DeliveryQuerySet] = DeliveryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "subscriber"], name="delivery_once_a_subscriber"
            ),
            models.CheckConstraint(
                name="delivery_status_known",
                condition=Q(status__in=["waiting", "sent", "refused", "left", "in_doubt"]),
            ),
            models.CheckConstraint(
                name="delivery_sent_has_times",
                condition=~Q(status="sent") | Q(begun_at__isnull=False, answered_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["issue", "due_at", "id"],
                name="delivery_to_claim",
                condition=Q(status="waiting"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issue_id}/{self.pk}"

    def prove_sent(self, answer: str) -> None:
        """End the doubt about a mail that was handed over with no answer: it was taken."""
        begun = Delivery.objects.filter(
            pk=self.pk, status__in=["waiting", "in_doubt"], begun_at__isnull=False
        )
        begun.update(status="sent", answered_at=timezone.now(), answer=answer[:300], claim=None)

    @property
    def token(self) -> str:
        """Names this delivery in addresses and message ids. Nobody else can make it."""
        return token_of(self.issue.key, self.pk)


def token_of(issue_key: object, pk: int) -> str:
    digest = keyed_hash("newsletter.delivery", f"{issue_key} {pk}")
    return f"{pk}.{digest.hex()[:SIGNATURE_LENGTH]}"


def delivery_of(token: str) -> Delivery | None:
    """The delivery of a token that this site made, or None."""
    pk = token.partition(".")[0]
    if not may_be_key(pk):
        return None
    row = Delivery.objects.select_related("issue", "subscriber").filter(pk=pk).first()
    known = row is not None and constant_time_compare(row.token, token.lower())
    return row if known else None
