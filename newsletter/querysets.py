from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import connection, transaction
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils import timezone

from config.web.mail.owed_mail import OwedMailQuerySet
from config.web.text.addresses import known_as

if TYPE_CHECKING:
    from articles.models import Topic
    from newsletter.models import Issue, Subscriber  # noqa: F401 - named in strings below

# Who gets an issue.
_RECEIVERS = """
    FROM newsletter_issue AS issue, newsletter_subscriber AS subscriber
    WHERE issue.id = %(issue)s AND subscriber.status = 'confirmed'
        AND (subscriber.paused_until IS NULL OR subscriber.paused_until <= %(now)s)
        AND CASE issue.kind
            WHEN 'issue' THEN subscriber.frequency IN ('every', 'articles')
            WHEN 'digest' THEN subscriber.frequency IN ('every', 'weekly')
            ELSE subscriber.frequency = 'articles'
        END
        AND (
            NOT EXISTS (SELECT FROM newsletter_issue_topics WHERE issue_id = issue.id)
            OR NOT EXISTS (
                SELECT FROM newsletter_subscriber_topics WHERE subscriber_id = subscriber.id
            )
            OR EXISTS (
                SELECT FROM newsletter_subscriber_topics AS wanted
                JOIN newsletter_issue_topics AS covered USING (topic_id)
                WHERE wanted.subscriber_id = subscriber.id AND covered.issue_id = issue.id
            )
        )
"""
# The database makes the rows: a hundred thousand take a second, and none passes Python.
_MAKE_DELIVERIES = f"""
    INSERT INTO newsletter_delivery
        (issue_id, subscriber_id, status, attempts, doubts, due_at, answer)
    SELECT issue.id, subscriber.id, 'waiting', 0, 0, %(now)s, ''
    {_RECEIVERS} ORDER BY subscriber.id
"""
_IS_FOR = f"SELECT EXISTS (SELECT {_RECEIVERS} AND subscriber.id = %(subscriber)s)"


class SubscriberQuerySet(OwedMailQuerySet["Subscriber"]):
    def confirmed(self) -> Self:
        """The addresses that a newsletter may be sent to, and no others."""
        return self.filter(status="confirmed")

    def with_address(self, email: str) -> Self:
        """The one row of an address in any spelling (served by subscriber_email_unique)."""
        return self.alias(address=Lower("email")).filter(address=Lower(Value(known_as(email))))

    @transaction.atomic
    def request(
        self,
        email: str,
        *,
        wording: str,
        page: str,
        topics: Sequence["Topic"] = (),
        replaces: "Subscriber | None" = None,
    ) -> None:
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
        self.select_for_update().with_address(email).get().request(
            wording=wording, page=page, topics=topics, replaces=replaces
        )


class IssueQuerySet(OwedMailQuerySet["Issue"]):
    def due(self, now: datetime) -> Self:
        """Scheduled issues whose time has come."""
        return self.filter(status="scheduled", send_at__lte=now).order_by("send_at")

    def archived(self) -> Self:
        """Issues that readers have got, and may read on the web."""
        return self.filter(status__in=["sending", "paused", "sent"])

    def listed(self) -> Self:
        """Those of the archive's list: mails of one article would only repeat the articles."""
        return self.archived().exclude(kind="article")

    def newest_first(self) -> Self:
        return self.order_by("-started_at", "-pk")

    def before(self, started_at: datetime, pk: int) -> Self:
        """Issues older than the keyset (started_at, pk)."""
        older = Q(started_at__lt=started_at) | Q(started_at=started_at, pk__lt=pk)
        return self.filter(older, started_at__lte=started_at)

    def sending(self) -> Self:
        return self.filter(status="sending").order_by("started_at", "pk")

    def make_deliveries(self, issue_id: int, now: datetime) -> int:
        """One delivery for each confirmed subscriber who chose such issues, in their rows' order.

        Issues go to who reads every issue or each article, digests to who reads every issue or one
        mail a week, and mails of one article to who reads each article. Who is paused gets none.
        """
        with connection.cursor() as cursor:
            cursor.execute(_MAKE_DELIVERIES, {"issue": issue_id, "now": now})
            return cursor.rowcount

    def is_for(self, issue_id: int, subscriber_id: int, now: datetime) -> bool:
        """Whether this subscriber would get the issue."""
        values: dict[str, int | datetime] = {
            "issue": issue_id,
            "subscriber": subscriber_id,
            "now": now,
        }
        with connection.cursor() as cursor:
            cursor.execute(_IS_FOR, values)
            return bool(cursor.fetchone()[0])
