from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import connection, transaction
from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Lower
from django.utils import timezone

from config.web.database.at_once import Question, insertion_if_new, run_at_once
from config.web.database.compiled import Given
from config.web.mail.hold import MailMayLeave
from config.web.mail.owed_mail import OwedMailQuerySet
from config.web.text.addresses import known_as

if TYPE_CHECKING:
    from articles.models import Topic
    from newsletter.models import Issue, Subscriber

# Who gets an issue. Who chose a topic gets the issues of its sub-topics, too.
_RECEIVERS = """
    FROM newsletter_issue AS issue, newsletter_subscriber AS subscriber
    WHERE issue.id = %(issue)s
        AND subscriber.status = 'confirmed' AND subscriber.confirmed_at <= %(now)s
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
                SELECT FROM newsletter_issue_topics AS covered
                JOIN articles_topic AS topic ON topic.id = covered.topic_id
                JOIN newsletter_subscriber_topics AS wanted
                    ON wanted.topic_id IN (topic.id, topic.parent_id)
                WHERE covered.issue_id = issue.id AND wanted.subscriber_id = subscriber.id
            )
        )
"""
# The database makes the rows: ten thousand take a quarter of a second, and none passes Python.
_MAKE_DELIVERIES = f"""
    INSERT INTO newsletter_delivery
        (issue_id, subscriber_id, status, attempts, doubts, due_at, answer)
    SELECT issue.id, subscriber.id, 'waiting', 0, 0, %(now)s, ''
    {_RECEIVERS} AND subscriber.id > %(after)s AND subscriber.id <= %(until)s
    ORDER BY subscriber.id
    ON CONFLICT (issue_id, subscriber_id) DO NOTHING
"""
_IS_FOR = f"SELECT EXISTS (SELECT {_RECEIVERS} AND subscriber.id = %(subscriber)s)"


class SubscriberQuerySet(OwedMailQuerySet["Subscriber"]):
    def confirmed(self) -> Self:
        """The addresses that a newsletter may be sent to, and no others."""
        return self.filter(status="confirmed")

    def never_confirmed(self) -> Self:
        """Requests that wait for a consent, or that were ended without one."""
        return self.filter(status__in=["pending", "unsubscribed"], confirmed_at=None)

    def with_address(self, email: str) -> Self:
        """The one row of an address in any spelling (served by subscriber_email_unique)."""
        return self.known_as(Value(known_as(email)))

    def known_as(self, address: "Value | Given") -> Self:
        return self.alias(address=Lower("email")).filter(address=Lower(address))

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
        found: list[Subscriber] = []
        while not found:
            # One of parallel requests inserts the row. The others wait here and find it, unless it
            # was erased while they waited.
            lock = _LOCKED.asked(address=known_as(email))
            _nothing, found = run_at_once(insertion_if_new(row), lock)
        found[0].request(wording=wording, page=page, topics=topics, replaces=replaces)


def _to_lock() -> SubscriberQuerySet:
    from newsletter.models import Subscriber  # imports these querysets

    return Subscriber.objects.select_for_update().known_as(Given("address", TextField()))


_LOCKED = Question(_to_lock)


class IssueQuerySet(OwedMailQuerySet["Issue"]):
    def due(self, now: datetime) -> Self:
        """Scheduled issues whose time has come. None while mail is on hold."""
        due = self.filter(MailMayLeave(), status="scheduled", send_at__lte=now)
        return due.order_by("send_at")

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
        """What workers look after. None while mail is on hold."""
        return self.filter(MailMayLeave(), status="sending").order_by("started_at", "pk")

    def unfilled(self) -> Self:
        """Issues whose deliveries are not all made yet."""
        return self.filter(filled_up_to__lt=F("last_subscriber"))

    def make_deliveries(self, issue: "Issue", *, until: int) -> None:
        """One delivery for each subscriber of the start who chose such issues, up to an id.

        Issues go to who reads every issue or each article, digests to who reads every issue or one
        mail a week, and mails of one article to who reads each article. Who is paused gets none,
        and so does who left, or confirmed, after the start.
        """
        values = {
            "issue": issue.pk,
            "now": issue.started_at,
            "after": issue.filled_up_to,
            "until": until,
        }
        with connection.cursor() as cursor:
            cursor.execute(_MAKE_DELIVERIES, values)

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
