"""Claims of a worker's connection on deliveries, and the marks that it sets on each mail.

Each mark is committed before the next act. So what a killed worker leaves is known: a mail that was
begun and has no answer is in doubt, and no connection leaves more than one, or those of one call
where a provider takes many in one.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from newsletter.models import Delivery, Issue, Subscriber, Suppression
from newsletter.sending.prepared import Prepared

BATCH = 100
# A worker renews it; when it was killed, others take over after this time.
LEASE = timedelta(seconds=60)
# After a mail that is in doubt: its server may still be at work on it.
DOUBT_PAUSE = timedelta(minutes=15)

_TAKE = "UPDATE newsletter_delivery SET due_at = %s, claim = %s WHERE id = ANY(%s)"
_END = """
    UPDATE newsletter_delivery
    SET status = %(status)s, answer = %(answer)s, claim = NULL, due_at = %(due_at)s,
        begun_at = CASE WHEN %(is_open)s THEN NULL ELSE begun_at END,
        answered_at = %(answered_at)s, doubts = doubts + %(doubt)s,
        attempts = attempts - %(untried)s
    WHERE id = %(ended)s AND status = 'waiting'
"""
# Who left or was suppressed since the claim, and an issue that was paused, are seen here.
_BEGIN = """
    UPDATE newsletter_delivery AS delivery
    SET begun_at = %(time)s, attempts = attempts + 1
    FROM newsletter_issue AS issue, newsletter_subscriber AS subscriber
    WHERE delivery.id = %(next)s AND claim = %(claim)s AND delivery.status = 'waiting'
        AND issue.id = delivery.issue_id AND issue.status = 'sending'
        AND subscriber.id = delivery.subscriber_id AND subscriber.status = 'confirmed'
    RETURNING attempts
"""
# One commit a mail instead of two.
_END_AND_BEGIN = f"WITH ended AS ({_END}) {_BEGIN}"
_TYPES = {
    **dict.fromkeys(("next", "ended"), "bigint"),
    **dict.fromkeys(("status", "answer"), "text"),
    **dict.fromkeys(("time", "due_at", "answered_at"), "timestamptz"),
    **dict.fromkeys(("doubt", "untried"), "smallint"),
    "is_open": "boolean",
    "claim": "uuid",
}

_FIELDS = ("pk", "begun_at", "claim", "subscriber", "subscriber__email", "subscriber__status")


class _Row(NamedTuple):
    """The values of _FIELDS. An erased subscriber has none."""

    pk: int
    begun_at: datetime | None
    claim: UUID | None
    subscriber_id: int | None
    email: str
    subscriber_status: str


@dataclass(frozen=True)
class Claimed:
    """A delivery that this connection may send."""

    pk: int
    subscriber_id: int
    email: str
    topics: frozenset[int] = frozenset()  # that its subscriber chose, for a digest


@dataclass(frozen=True)
class Ending:
    """What became of a mail that was begun."""

    pk: int
    status: str
    answer: str = ""
    due_at: datetime | None = None  # of one that stays waiting
    in_doubt: bool = False
    untried: bool = False  # the mail server was not reached

    def parameters(self, now: datetime) -> dict[str, Any]:
        return {
            "ended": self.pk,
            "status": self.status,
            "answer": self.answer[:300],
            "due_at": self.due_at or now,
            # Whether it was not handed over.
            "is_open": self.status == "waiting" and not self.in_doubt,
            "answered_at": None if self.status in ("waiting", "in_doubt") else now,
            "doubt": int(self.in_doubt),
            "untried": int(self.untried),
        }


@transaction.atomic
def claim(issue: Issue, size: int, key: UUID) -> list[Claimed]:
    """Take up to `size` deliveries for the time of a lease. Who left in between is left out."""
    now = timezone.now()
    waiting = Delivery.objects.to_claim(issue, now).select_for_update(
        skip_locked=True, of=("self",)
    )
    rows = _without_doubtful([_Row(*values) for values in waiting.values_list(*_FIELDS)[:size]])
    suppressed = Suppression.objects.among([row.email for row in rows if row.email])
    topics = _topics_chosen(issue, rows)
    kept: list[Claimed] = []
    left: list[int] = []
    for row in rows:
        if (
            row.subscriber_id
            and row.subscriber_status == "confirmed"
            and row.email not in suppressed
        ):
            kept.append(Claimed(row.pk, row.subscriber_id, row.email, topics[row.subscriber_id]))
        else:
            left.append(row.pk)
    if left:
        Delivery.objects.filter(pk__in=left).update(status="left", answered_at=now)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [now + LEASE, key, [one.pk for one in kept]])
    return kept


class Marks:
    """Sets the marks of one connection. Each is one commit."""

    def __init__(self, key: UUID) -> None:
        self._key = key
        # A mark that is lost when the power fails would be a mail that is sent twice.
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO on")
        self._begin = Prepared(_BEGIN, _TYPES)
        self._end = Prepared(_END, _TYPES)
        self._end_and_begin = Prepared(_END_AND_BEGIN, _TYPES)

    def begin(self, one: Claimed, *, after: Ending | None = None) -> int:
        """Commit the end of the mail before, and the begin of this one. Returns which try it is.

        Returns 0 when it may not be sent: its subscriber left, its issue is paused, its lease
        ended.
        """
        now = timezone.now()
        parameters: dict[str, Any] = {"next": one.pk, "claim": self._key, "time": now}
        if after is None:
            attempts = self._begin.run(parameters)
        else:
            attempts = self._end_and_begin.run(parameters | after.parameters(now))
        return int(attempts or 0)

    def end(self, ending: Ending) -> None:
        """Commit the end of a mail."""
        self._end.run(ending.parameters(timezone.now()))

    # Of mails that go out in one call

    @transaction.atomic
    def begin_all(self, batch: Sequence[Claimed]) -> dict[Claimed, int]:
        """Commit that these are begun. Returns those that may be sent, and which try it is."""
        now = timezone.now()
        mine = Delivery.objects.filter(pk__in=[one.pk for one in batch], claim=self._key)
        free = mine.filter(
            status="waiting", issue__status="sending", subscriber__status="confirmed"
        )
        free.update(begun_at=now, attempts=F("attempts") + 1)
        attempts = dict(mine.filter(begun_at=now).values_list("pk", "attempts"))
        return {one: attempts[one.pk] for one in batch if one.pk in attempts}

    def take_back(self, batch: Collection[Claimed]) -> None:
        """Commit that these were not begun, and still belong to this connection."""
        mine = Delivery.objects.filter(pk__in=[one.pk for one in batch], claim=self._key)
        mine.update(begun_at=None, attempts=F("attempts") - 1)

    @transaction.atomic
    def end_all(self, endings: Sequence[Ending]) -> None:
        """Commit the ends of these mails together."""
        now = timezone.now()
        with connection.cursor() as cursor:
            cursor.executemany(_END, [ending.parameters(now) for ending in endings])


def _topics_chosen(issue: Issue, rows: list[_Row]) -> dict[int, frozenset[int]]:
    """The topics of subscribers. Only a digest has parts by topic."""
    found: dict[int, frozenset[int]] = defaultdict(frozenset)
    if issue.kind == Issue.Kind.DIGEST:
        choices = Subscriber.topics.through.objects.filter(
            subscriber_id__in=[row.subscriber_id for row in rows]
        )
        for subscriber, topic in choices.values_list("subscriber_id", "topic_id"):
            found[subscriber] |= {topic}
    return found


def _without_doubtful(rows: list[_Row]) -> list[_Row]:
    """Note what a killed worker had begun. It is sent again, or held for an editor."""
    # What is in doubt because its server did not answer has no claim, and is counted already.
    left = [row.pk for row in rows if row.begun_at and row.claim]
    if left:
        Delivery.objects.filter(pk__in=left).update(doubts=F("doubts") + 1)
    if settings.NEWSLETTER_IN_DOUBT == "resend":
        return rows
    doubtful = [row.pk for row in rows if row.begun_at]
    Delivery.objects.filter(pk__in=doubtful).update(status="in_doubt", claim=None)
    return [row for row in rows if not row.begun_at]
