"""One connection to the mail server: it claims deliveries, hands them over and marks each."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from itertools import batched, chain, pairwise
from typing import cast
from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from newsletter.bounces.recording import record
from newsletter.models import Delivery, Issue
from newsletter.sending import claims
from newsletter.sending.carriers import open_carrier
from newsletter.sending.claims import Claimed, Ending
from newsletter.sending.copies import Copy
from newsletter.sending.desk import Desk
from newsletter.sending.pacing import give_back_room, room_of_domain, take_room
from newsletter.sending.provider import ProviderCarrier
from newsletter.sending.smtp import Answer, Unanswered, Unreachable
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
        at_once = self._carrier.at_once(issue)
        room = take_room(max(claims.BATCH, at_once))
        if not room.mails:
            return self._desk.wait(min(room.wait, 1.0))
        claimed = claims.claim(issue, room.mails, self.key)
        self.held = frozenset(one.pk for one in claimed)
        try:
            batch = [one for one in claimed if self._domain_has_room(one)]
            give_back_room(room.mails - len(batch))
            if at_once == 1:
                return self._send_all(issue, batch)
            return sum(self._send_together(issue, some) for some in batched(batch, at_once)) > 0
        finally:
            held, self.held = self.held, frozenset()
            if held:
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
        write = self._desk.writer_of(issue).write
        # Written one ahead: the carrier tells the server of the next mail together with a text.
        copies = (write(one, timezone.now()) for one in batch)
        for one, (copy, following) in zip(batch, pairwise(chain(copies, [None])), strict=True):
            if not self._desk.is_working or copy is None:
                break
            attempt = self._marks.begin(one, after=ending)
            if ending:
                self.held -= {ending.pk}
            ending = self._send(issue, one, attempt, copy, following) if attempt else None
            has_begun = has_begun or bool(attempt)
            if not attempt and not Issue.objects.sending().filter(pk=issue.pk).exists():
                break
        if ending:
            self._marks.end(ending)
            self.held -= {ending.pk}
        return has_begun

    def _send_together(self, issue: Issue, batch: Sequence[Claimed]) -> bool:
        """The same in one call. Without an answer all of them are in doubt."""
        begun = self._marks.begin_all(batch) if self._desk.is_working else {}
        if not begun:
            return False
        carrier = cast(ProviderCarrier, self._carrier)
        try:
            answers = carrier.hand_over_all(issue, list(begun))
        except (Unreachable, Unanswered) as error:
            self._marks.end_all([self._without_answer(one, error) for one in begun])
            return True
        if answers is None:
            self._marks.take_back(begun)
            return self._send_all(issue, list(begun))
        # Ten refusals in a row are those of ten calls.
        self._desk.note_answer(issue, next((one for one in answers if one.is_taken), answers[0]))
        self._marks.end_all(
            [
                self._with_answer(issue, one, attempt, answer)
                for (one, attempt), answer in zip(begun.items(), answers, strict=True)
            ]
        )
        return True

    def _send(
        self, issue: Issue, one: Claimed, attempt: int, copy: Copy, following: Copy | None
    ) -> Ending:
        try:
            answer = self._carrier.hand_over(
                copy.sender, copy.recipient, copy.data, following.envelope if following else None
            )
        except (Unreachable, Unanswered) as error:
            return self._without_answer(one, error)
        self._desk.note_answer(issue, answer)
        return self._with_answer(issue, one, attempt, answer)

    def _without_answer(self, one: Claimed, error: Unreachable | Unanswered) -> Ending:
        if isinstance(error, Unreachable):
            self._desk.note_outage(str(error))
            return Ending(one.pk, "waiting", str(error), untried=True)
        resend = settings.NEWSLETTER_IN_DOUBT == "resend"
        later = timezone.now() + claims.DOUBT_PAUSE
        status = "waiting" if resend else "in_doubt"
        return Ending(one.pk, status, str(error), due_at=later, in_doubt=True)

    def _with_answer(self, issue: Issue, one: Claimed, attempt: int, answer: Answer) -> Ending:
        verdict = judge(answer, attempt)
        if verdict.event:
            record(
                Delivery.objects.select_related("issue", "subscriber").get(pk=one.pk),
                key=f"smtp {issue.key} {one.pk}", kind=verdict.event,
                status=answer.status, answer=str(answer),
            )  # fmt: skip
        later = timezone.now() + (verdict.again_after or timedelta(0))
        return Ending(one.pk, verdict.status, str(answer), due_at=later)
