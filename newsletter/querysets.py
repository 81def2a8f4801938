from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.db import models, transaction
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils import timezone

if TYPE_CHECKING:
    from newsletter.models import Subscriber

MAIL_TRIES = 8


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def confirmed(self) -> Self:
        """The only addresses that a newsletter may be sent to."""
        return self.filter(status="confirmed")

    def with_address(self, email: str) -> Self:
        """The one row of an address, whatever its case (served by subscriber_email_unique)."""
        return self.alias(address=Lower("email")).filter(address=Lower(Value(email)))

    def due_for_mail(self) -> Self:
        """Those who asked and have not had their answer by mail yet, longest waiting first."""
        due = self.filter(mail_due_at__lte=timezone.now(), mail_attempts__lt=MAIL_TRIES)
        return due.order_by("mail_due_at")

    @transaction.atomic
    def request(self, email: str, *, wording: str, page: str) -> None:
        """Somebody asks for the newsletter at `email`, having read `wording` on `page` (a path of ours).

        The answer goes by mail only. Whatever the address's state, the same statements run, so that neither the page
        nor its time tells a stranger who is subscribed.
        """
        row = self.model(
            email=email,
            requested_at=timezone.now(),
            consent_wording=wording,
            consent_page=page,
        )
        # Of parallel requests one inserts; the others wait here and then find its row.
        self.bulk_create([row], ignore_conflicts=True)
        self.select_for_update().with_address(email).get().request(wording=wording, page=page)

    def claim_mail(self, pk: int, *, lease: timedelta) -> "Subscriber | None":
        """Take the mail that is owed to one subscriber; None when none is due or somebody else has it.

        Nobody else takes it before the lease ends, and after it somebody does: a killed worker loses no address.
        """
        claimed = (
            self.due_for_mail()
            .order_by()
            .filter(pk=pk)
            .update(mail_due_at=timezone.now() + lease, mail_attempts=models.F("mail_attempts") + 1)
        )
        return self.filter(pk=pk).first() if claimed else None
