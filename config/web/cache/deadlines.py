"""Pages that change although no row does, because a time has come."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from math import inf

from django.db import DatabaseError, close_old_connections

from config.web.cache.change_feed import DEADLINES, ChangeFeed

RETRY_SECONDS = 1.0
MOST_LOGGED = 100

# A Unix time, infinite for never, and the tags of the pages that change then.
type Deadline = tuple[float, list[str]]


class Deadlines:
    """Notes a change in the feed when a deadline has passed.

    `next_after(time)` returns the first deadline after a Unix time. A new object begins with those
    of the last `look_back` seconds.
    """

    def __init__(self, next_after: Callable[[float], Deadline], look_back: float = -inf) -> None:
        self._next_after = next_after
        self._lock = threading.Lock()
        self._next: Deadline = (0.0, [])
        self._known_at = -1  # the count of changes before it was asked for
        self._checked_at = -1
        self._looked_at = time.time() - look_back  # deadlines until then are noted
        self._log: deque[tuple[float, frozenset[str]]] = deque(maxlen=MOST_LOGGED)
        self._logged_from = self._looked_at
        self._began = time.time()
        self._retry_at = 0.0
        self.passed = 0  # deadlines that were noted, and how late they were together
        self.late_seconds = 0.0

    def observe(self, feed: ChangeFeed, now: int) -> int:
        """The count of changes, deadlines that have passed included.

        While the database is away nothing is asked: pages are old then, and made again later.
        """
        while (
            feed.listening
            and time.time() >= self._retry_at
            and (time.time() >= self._next[0] or not self._is_known(feed, now))
        ):
            with self._lock:
                self._look_ahead(feed)
            now = feed.count
        return now

    def are_known(self, feed: ChangeFeed) -> bool:
        """Whether all deadlines that have passed are noted."""
        return time.time() < self._next[0] and self._is_known(feed, feed.count)

    def passed_since(self, at: float, tags: Iterable[str]) -> bool:
        """Whether a page with these tags, made before the time `at`, may be over."""
        if at < self._logged_from:
            return True
        return any(at <= over and not gone.isdisjoint(tags) for over, gone in list(self._log))

    def _is_known(self, feed: ChangeFeed, now: int) -> bool:
        """Whether no row with a time in it has changed since the next deadline was asked for."""
        if self._checked_at != now:
            if not feed.is_fresh(self._known_at, (DEADLINES,)):
                return False
            self._checked_at = now
        return True

    def _look_ahead(self, feed: ChangeFeed) -> None:
        """Ask for the next deadline, and note a change for one that has passed."""
        at, tags = self._next
        known_at, now = feed.count, time.time()
        is_over = bool(tags) and now >= at
        # Two may be over, so the next one is that after the first. And a row may have got a time
        # since the last look that has passed by now.
        since = at if is_over else min(now, self._looked_at)
        if is_over and at < self._began and len(self._log) == MOST_LOGGED:
            since = self._logged_from = now  # too many to look back at: nothing older counts
        # The connection may have died since the last request. Django looks only when one begins.
        close_old_connections()
        try:
            following = self._next_after(since)
        except DatabaseError:
            self._retry_at = now + RETRY_SECONDS
            return
        self._looked_at = since if is_over else now
        if is_over:
            if len(self._log) == MOST_LOGGED:
                self._logged_from = max(self._logged_from, self._log[0][0])
            self._log.append((at, frozenset(tags)))
            feed.change(*tags)
            if at >= self._began:
                self.passed += 1
                self.late_seconds += now - at
        self._next, self._known_at = following, known_at
