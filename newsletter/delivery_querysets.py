"""Deliveries: numbers of an issue, and claims of workers."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models, transaction
from django.db.models import Count, Q

from config.web.mail.hold import MailMayLeave

if TYPE_CHECKING:
    from newsletter.models import Delivery, Issue  # noqa: F401 - named in strings below


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def to_claim(self, issue: "Issue", now: datetime) -> Self:
        """What may be sent now, the longest waiting first (served by delivery_to_claim).

        Nothing while mail is on hold.
        """
        waiting = self.filter(MailMayLeave(), issue=issue, status="waiting", due_at__lte=now)
        return waiting.order_by("due_at", "pk")

    def numbers(self) -> dict[str, int]:
        """How many there are of each status, and how many were sent again after a doubt."""
        return self.aggregate(
            total=Count("pk"),
            resent=Count("pk", filter=Q(doubts__gt=0)),
            **{status: Count("pk", filter=Q(status=status)) for status in _STATUSES},
        )

    def hard_bounces_of_first(self, issue: "Issue", number: int) -> int:
        """How many of the first mails of an issue came back for good."""
        first = self.filter(issue=issue).order_by("subscriber_id").values("pk")[:number]
        return self.filter(pk__in=first, events__kind="hard").distinct().count()

    def renew(self, pks: Collection[int], claim: UUID, *, until: datetime) -> None:
        """Prolong a lease. Rows that their worker is writing right now wait for the next time."""
        held = self.filter(pk__in=pks, claim=claim, status="waiting")
        # Without SKIP LOCKED the two would wait for each other.
        with transaction.atomic():
            free = list(held.select_for_update(skip_locked=True).values_list("pk", flat=True))
            self.filter(pk__in=free).update(due_at=until)

    def release(self, pks: Collection[int], claim: UUID, *, due_at: datetime) -> None:
        """Give back what was claimed and not begun."""
        held = self.filter(pk__in=pks, claim=claim, status="waiting", begun_at=None)
        held.update(claim=None, due_at=due_at)


_STATUSES = ("waiting", "sent", "refused", "left", "in_doubt")
