from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils import timezone

from config.web.mail.owed_mail import OwedMailQuerySet
from config.web.text.addresses import known_as

if TYPE_CHECKING:
    from newsletter.models import Issue, Subscriber  # noqa: F401 - named in strings below

# The database makes the rows: a hundred thousand take a second, and none passes Python.
_MAKE_DELIVERIES = """
    INSERT INTO newsletter_delivery
        (issue_id, subscriber_id, status, attempts, doubts, due_at, answer)
    SELECT %(issue)s, id, 'waiting', 0, 0, %(now)s, ''
    FROM newsletter_subscriber WHERE status = 'confirmed' ORDER BY id
"""


class SubscriberQuerySet(OwedMailQuerySet["Subscriber"]):
    def confirmed(self) -> Self:
        """The addresses that a newsletter may be sent to, and no others."""
        return self.filter(status="confirmed")

    def with_address(self, email: str) -> Self:
        """The one row of an address in any spelling (served by subscriber_email_unique)."""
        return self.alias(address=Lower("email")).filter(address=Lower(Value(known_as(email))))

    @transaction.atomic
    def request(self, email: str, *, wording: str, page: str) -> None:
        """Note that somebody asks for the newsletter at `email`, and owe that address a mail.

        `wording` is the text of consent that the page `page` (a path of this site) showed. The same
        statements run for every state of the address: neither the page nor its time tells a
        stranger who is subscribed.
        """
        row = self.model(
            email=email,
            requested_at=timezone.now(),
            consent_wording=wording,
            consent_page=page,
        )
        # One of parallel requests inserts the row. The others wait here and find it.
        self.bulk_create([row], ignore_conflicts=True)
        self.select_for_update().with_address(email).get().request(wording=wording, page=page)


class IssueQuerySet(OwedMailQuerySet["Issue"]):
    def due(self, now: datetime) -> Self:
        """Scheduled issues whose time has come."""
        return self.filter(status="scheduled", send_at__lte=now).order_by("send_at")

    def sending(self) -> Self:
        return self.filter(status="sending").order_by("started_at", "pk")

    def make_deliveries(self, issue_id: int, now: datetime) -> int:
        """One delivery for each confirmed subscriber, in the order of their rows."""
        with connection.cursor() as cursor:
            cursor.execute(_MAKE_DELIVERIES, {"issue": issue_id, "now": now})
            return cursor.rowcount
