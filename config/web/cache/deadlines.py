"""Pages that change without any row changing: an article's hour comes, comments close."""

import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections

from config.web.cache.change_feed import ChangeFeed

# Sent when a row with a time in it changes.
TAG = "deadlines"
RETRY_SECONDS = 1.0

type Deadline = tuple[
    float, list[str]
]  # Unix time (infinite: none) and the tags of the pages that change then


class Deadlines:
    """Turns the coming of a time into a change of the feed. `next_after(time)` gives the first deadline after it."""

    def __init__(self, next_after: Callable[[float], Deadline]) -> None:
        self._next_after = next_after
        self._lock = threading.Lock()
        self._next: Deadline = (0.0, [])
        self._known_at = -1  # the count of changes before it was asked for
        self._checked_at = -1

    def observe(self, feed: ChangeFeed, now: int) -> int:
        """The count of changes, with the deadlines that have passed among them.

        Nobody waits for a database that is away to be asked: pages are old then, and made again when it is back.
        """
        while feed.listening and (time.time() >= self._next[0] or not self._is_known(feed, now)):
            with self._lock:
                self._look_ahead(feed)
            now = feed.count
        return now

    def _is_known(self, feed: ChangeFeed, now: int) -> bool:
        if self._checked_at != now:
            if not feed.is_fresh(self._known_at, (TAG,)):
                return False
            self._checked_at = now
        return True

    def _look_ahead(self, feed: ChangeFeed) -> None:
        at, tags = self._next
        is_over = bool(tags) and time.time() >= at
        known_at = feed.count
        # Before Django's own request begins, which would do this: the connection may have died since the last one.
        close_old_connections()
        try:
            # Two may be over: after one comes the next, however late this is.
            following = self._next_after(at if is_over else time.time())
        except DatabaseError:
            following = (time.time() + RETRY_SECONDS, tags)
        else:
            if is_over:
                feed.change(*tags)
        self._next, self._known_at = following, known_at
