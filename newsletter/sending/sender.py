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
from newsletter.sending.desk import Desk
from newsletter.sending.line import Line

logger = logging.getLogger("colophon.newsletter")

POLL_SECONDS = 0.5
COUNT_SECONDS = 5.0
ROWS_A_SECOND = 50_000  # that are counted at most


class Sender(threading.Thread):
    def __init__(self) -> None:
        super().__init__(name="newsletter-sender", daemon=True)
        self._desk = Desk()
        self._lines: dict[threading.Thread, Line] = {}
        self._renew_at = 0.0

    def run(self) -> None:
        while not self._desk.is_stopping:
            try:
                close_old_connections()
                while self.turn() and not self._desk.is_stopping:
                    pass
            except DatabaseError as error:
                logger.warning("database away: %s", str(error).strip().splitlines()[:1])
                connection.close()
            except Exception:
                logger.exception("the sender of issues failed, and goes on")
            self._desk.wait(POLL_SECONDS)
        for thread in self._lines:
            thread.join()
        connection.close()

    def stop(self) -> None:
        """Let each line end the mail that it has in hand."""
        self._desk.stop()

    def turn(self) -> bool:
        """Look once at what is to be done. Whether deliveries were made, and more may follow."""
        pause_stale_issues()
        issues = self._desk.issues = list(Issue.objects.sending())
        self._lines = {thread: line for thread, line in self._lines.items() if thread.is_alive()}
        self._renew_leases()
        filled = [issue.fill() for issue in issues if not issue.is_filled]
        now = timezone.now()
        waits = {issue: Delivery.objects.to_claim(issue, now).exists() for issue in issues}
        if any(waits.values()):
            self._start_lines()
        for issue, is_waiting in waits.items():
            if is_waiting or not issue.finish():
                count_now_and_then(issue)
        return any(filled)

    def _start_lines(self) -> None:
        if not self._desk.is_working:
            return
        for _number in range(settings.NEWSLETTER_CONNECTIONS - len(self._lines)):
            line = Line(self._desk)
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
        pks = [issue.pk for issue in self._desk.issues]
        Issue.objects.sending().filter(pk__in=pks).update(active_at=now)


def pause_stale_issues() -> None:
    """Pause what nobody has sent for hours: a restored copy of the database must not mail."""
    stale = Issue.objects.sending().filter(active_at__lt=timezone.now() - late_after())
    for issue in stale:
        said = _("Nothing was sent for more than %(hours)s hours. Resume the issue, or cancel it.")
        issue.pause_by_itself(said % {"hours": settings.NEWSLETTER_LATE_AFTER})


def count_now_and_then(issue: Issue) -> None:
    """Keep the numbers of an issue fresh, with a small share of the time."""
    pause = max(COUNT_SECONDS, issue.counts.get("total", 0) / ROWS_A_SECOND)
    latest = timezone.now() - timedelta(seconds=pause)
    if issue.counted_at is None or issue.counted_at < latest:
        issue.count()
