"""The sender of a worker: it looks after the issues that are being sent, and keeps lines at work.

Any number of workers may run, on any number of machines: all they share are the rows.
"""

import logging
import threading
import time
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.models import Delivery, Issue
from newsletter.models.issue import late_after
from newsletter.sending import claims
from newsletter.sending.copies import CopyWriter
from newsletter.sending.line import Line
from newsletter.sending.smtp import Answer

logger = logging.getLogger("colophon.newsletter")

POLL_SECONDS = 0.5
COUNT_SECONDS = 5.0
REFUSALS_IN_A_ROW = 10
OUTAGE_SECONDS = [5.0, 15.0, 60.0]


class Sender(threading.Thread):
    def __init__(self) -> None:
        super().__init__(name="newsletter-sender", daemon=True)
        self.issues: list[Issue] = []
        self._stopping = threading.Event()
        self._lines: dict[threading.Thread, Line] = {}
        self._writers: dict[int, CopyWriter] = {}
        self._lock = threading.Lock()
        self._refusals = 0
        self._outages = 0
        self._away_until = self._renew_at = 0.0

    # The thread

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                close_old_connections()
                self.turn()
            except DatabaseError as error:
                logger.warning("database away: %s", str(error).strip().splitlines()[:1])
                connection.close()
            except Exception:
                logger.exception("the sender of issues failed, and goes on")
            self._stopping.wait(POLL_SECONDS)
        for thread in self._lines:
            thread.join()
        connection.close()

    def stop(self) -> None:
        """Let each line end the mail that it has in hand."""
        self._stopping.set()

    def turn(self) -> None:
        """Look once at what is to be done."""
        pause_stale_issues()
        self.issues = list(Issue.objects.sending())
        self._lines = {thread: line for thread, line in self._lines.items() if thread.is_alive()}
        self._renew_leases()
        now = timezone.now()
        waits = {issue: Delivery.objects.to_claim(issue, now).exists() for issue in self.issues}
        if any(waits.values()):
            self._start_lines()
        for issue, is_waiting in waits.items():
            if is_waiting or not issue.finish():
                count_now_and_then(issue)

    def _start_lines(self) -> None:
        if time.monotonic() < self._away_until:
            return
        for _number in range(settings.NEWSLETTER_CONNECTIONS - len(self._lines)):
            line = Line(self)
            thread = threading.Thread(target=line.run, name="newsletter-line", daemon=True)
            self._lines[thread] = line
            thread.start()

    def _renew_leases(self) -> None:
        """Prolong what the lines hold, and say that somebody looks after the issues."""
        if time.monotonic() < self._renew_at:
            return
        self._renew_at = time.monotonic() + claims.LEASE.total_seconds() / 4
        now = timezone.now()
        for line in self._lines.values():
            Delivery.objects.renew(line.held, line.key, until=now + claims.LEASE)
        pks = [issue.pk for issue in self.issues]
        Issue.objects.sending().filter(pk__in=pks).update(active_at=now)

    # What lines ask and tell

    @property
    def is_working(self) -> bool:
        return not self._stopping.is_set() and time.monotonic() >= self._away_until

    def wait(self, seconds: float) -> bool:
        """Wait, unless the sender stops. Whether it goes on."""
        return not self._stopping.wait(seconds)

    def writer_of(self, issue: Issue) -> CopyWriter:
        """An issue is encoded once."""
        with self._lock:
            if issue.pk not in self._writers:
                self._writers = {issue.pk: CopyWriter(issue), **self._writers}
            return self._writers[issue.pk]

    def note_answer(self, issue: Issue, answer: Answer) -> None:
        """Pause the issue when the mail server refuses one mail after another."""
        with self._lock:
            self._outages = 0
            self._refusals = 0 if answer.is_taken else self._refusals + 1
            if self._refusals < REFUSALS_IN_A_ROW:
                return
            self._refusals = 0
        said = _("The mail server refused %(count)s mails in a row. Its last words: %(answer)s")
        issue.pause_by_itself(said % {"count": REFUSALS_IN_A_ROW, "answer": answer})

    def note_outage(self, error: str) -> None:
        """Let all lines wait: the mail server is away, and mails stay where they are."""
        with self._lock:
            if time.monotonic() >= self._away_until:
                pause = OUTAGE_SECONDS[min(self._outages, len(OUTAGE_SECONDS) - 1)]
                self._away_until = time.monotonic() + pause
                self._outages += 1
                logger.warning("mail server away, trying again in %.0f s: %s", pause, error)


def pause_stale_issues() -> None:
    """Pause what nobody has sent for hours: a restored copy of the database must not mail."""
    stale = Issue.objects.sending().filter(active_at__lt=timezone.now() - late_after())
    for issue in stale:
        said = _("Nothing was sent for more than %(hours)s hours. Resume it, or cancel it.")
        issue.pause_by_itself(said % {"hours": settings.NEWSLETTER_LATE_AFTER})


def count_now_and_then(issue: Issue) -> None:
    """Keep the numbers of an issue fresh, with a small share of the time."""
    latest = timezone.now() - timedelta(seconds=COUNT_SECONDS)
    if issue.counted_at is None or issue.counted_at < latest:
        issue.count()
