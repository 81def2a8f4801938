"""The worker's part that purges pages at a CDN: changed rows, times that come, new versions."""

import time

from config.page_deadlines import next_deadline
from config.web.cache.change_feed import EVERYTHING
from config.web.cache.deadlines import Deadlines
from config.web.cdn.purging import Purge, purge_due
from config.web.models import Installation

LOOK_SECONDS = 10  # between looks for the next time at which pages change by themselves


class QueuedChanges:
    """Stands for a change feed: what Deadlines notes in it is queued for the CDN."""

    listening = True

    def __init__(self) -> None:
        self.count = 0

    def is_fresh(self, made_at: int, tags: object) -> bool:
        return made_at >= self.count

    def change(self, *tags: str) -> None:
        Purge.note(*tags)


class Purger:
    """Its first turn purges all pages: a deploy changes them, and times may have come meanwhile."""

    def __init__(self) -> None:
        self._has_begun = False
        self._changes = QueuedChanges()
        self._deadlines = Deadlines(next_deadline)

    def run(self) -> None:
        if not self._has_begun:
            Installation.objects.filter(has_cdn=False).update(has_cdn=True)
            Purge.note(EVERYTHING)
            self._has_begun = True
        self._changes.count = int(time.time() / LOOK_SECONDS)
        self._deadlines.observe(self._changes, self._changes.count)  # type: ignore[arg-type]
        purge_due()
