"""What the lines of a sender share: the issues, and what the mail server says to all of them."""

import logging
import threading
import time

from django.utils.translation import gettext as _

from newsletter.models import Issue
from newsletter.sending.copies import CopyWriter
from newsletter.sending.smtp import Answer

logger = logging.getLogger("colophon.newsletter")

REFUSALS_IN_A_ROW = 10
OUTAGE_SECONDS = [5.0, 15.0, 60.0]


class Desk:
    """Used by several threads at once."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []  # that are being sent
        self._stopping = threading.Event()
        self._writers: dict[int, CopyWriter] = {}
        self._lock = threading.Lock()
        self._refusals = 0
        self._outages = 0
        self._away_until = 0.0

    def stop(self) -> None:
        """Let each line end the mail that it has in hand."""
        self._stopping.set()

    @property
    def is_stopping(self) -> bool:
        return self._stopping.is_set()

    @property
    def is_working(self) -> bool:
        return not self.is_stopping and time.monotonic() >= self._away_until

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
        said = _("The mail server refused %(count)s emails in a row. Its last answer: %(answer)s")
        issue.pause_by_itself(said % {"count": REFUSALS_IN_A_ROW, "answer": answer})

    def note_outage(self, error: str) -> None:
        """Let all lines wait: the mail server is away, and mails stay where they are."""
        with self._lock:
            if time.monotonic() >= self._away_until:
                pause = OUTAGE_SECONDS[min(self._outages, len(OUTAGE_SECONDS) - 1)]
                self._away_until = time.monotonic() + pause
                self._outages += 1
                logger.warning("mail server away, trying again in %.0f s: %s", pause, error)
