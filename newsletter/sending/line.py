"""One connection to the mail server: it claims deliveries, hands them over and marks each."""

import logging
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from newsletter.bounces.recording import record
from newsletter.models import Delivery, Issue
from newsletter.sending import claims
from newsletter.sending.carriers import open_carrier
from newsletter.sending.claims import Claimed, Ending
from newsletter.sending.desk import Desk
from newsletter.sending.pacing import give_back_room, room_of_domain, take_room
from newsletter.sending.smtp import Unanswered, Unreachable
from newsletter.sending.verdicts import judge

logger = logging.getLogger("colophon.newsletter")


class Line:
    """Runs in a thread of its own, with a connection of its own to the database."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._carrier = open_carrier()
        self.key = uuid4()
        self.held: frozenset[int] = frozenset()  # claimed and not ended: the sender renews them

    def run(self) -> None:
        """Send until nothing can be claimed, or the worker stops."""
        try:
            self._marks = claims.Marks(self.key)
            while self._desk.is_working and any(map(self._send_batch, self._desk.issues)):
                pass
        except DatabaseError as error:
            logger.warning("database away while sending: %s", str(error).strip().splitlines()[:1])
        except Exception:
            logger.exception("a connection that sends issues failed")
        finally:
            self._carrier.close()
            connection.close()

    def _send_batch(self, issue: Issue) -> bool:
        """Whether something was found to do."""
        room = take_room(claims.BATCH)
        if not room.mails:
            return self._desk.wait(min(room.wait, 1.0))
        batch = claims.claim(issue, room.mails, self.key)
        give_back_room(room.mails - len(batch))
        self.held = frozenset(one.pk for one in batch)
        try:
            return self._send_all(issue, [one for one in batch if self._domain_has_room(one)])
        finally:
            held, self.held = self.held, frozenset()
            Delivery.objects.release(held, self.key, due_at=timezone.now())

    def _domain_has_room(self, one: Claimed) -> bool:
        room = room_of_domain(one.email)
        if not room.mails:
            later = timezone.now() + timedelta(seconds=room.wait)
            Delivery.objects.release([one.pk], self.key, due_at=later)
        return bool(room.mails)

    def _send_all(self, issue: Issue, batch: list[Claimed]) -> bool:
        """Whether any was sent, or tried. None is when the issue was paused."""
        ending: Ending | None = None
        has_begun = False
        for one in batch:
            if not self._desk.is_working:
                break
            attempt = self._marks.begin(one, after=ending)
            ending = self._send(issue, one, attempt) if attempt else None
            has_begun = has_begun or bool(attempt)
            if not attempt and not Issue.objects.sending().filter(pk=issue.pk).exists():
                break
        if ending:
            self._marks.end(ending)
        return has_begun

    def _send(self, issue: Issue, one: Claimed, attempt: int) -> Ending:
        copy = self._desk.writer_of(issue).write(
            one.pk, one.subscriber_id, one.email, timezone.now()
        )
        try:
            answer = self._carrier.hand_over(copy.sender, copy.recipient, copy.data)
        except Unreachable as error:
            self._desk.note_outage(str(error))
            return Ending(one.pk, "waiting", str(error), untried=True)
        except Unanswered as error:
            resend = settings.NEWSLETTER_IN_DOUBT == "resend"
            later = timezone.now() + claims.DOUBT_PAUSE
            status = "waiting" if resend else "in_doubt"
            return Ending(one.pk, status, str(error), due_at=later, in_doubt=True)
        self._desk.note_answer(issue, answer)
        verdict = judge(answer, attempt)
        if verdict.event:
            record(
                Delivery.objects.select_related("issue", "subscriber").get(pk=one.pk),
                key=f"smtp {issue.key} {one.pk}", kind=verdict.event,
                status=answer.status, answer=str(answer),
            )  # fmt: skip
        later = timezone.now() + (verdict.again_after or timedelta(0))
        return Ending(one.pk, verdict.status, str(answer), due_at=later)
