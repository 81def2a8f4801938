"""Changes that the database tells at COMMIT (PostgreSQL NOTIFY), so that no page is old.

Triggers send tags (see change_triggers.py). Each process keeps one listening connection and reads
it inside its requests. A thread would be late by tens of milliseconds under load; a look at the
socket takes 0.4 microseconds.
"""

import logging
import os
import select
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections

CHANNEL = "colophon_changes"
EVERYTHING = "*"
DEADLINES = "deadlines"  # a row with a time in it has changed
# With more different tags than this, all tags and all pages are forgotten.
MOST_TAGS = 100_000
CONNECT_SECONDS = 3
_PAUSES = (0.05, 0.1, 0.2, 0.5)  # seconds before a try to reconnect; the last is repeated

logger = logging.getLogger("colophon.change_feed")


class ChangeFeed:
    """Counts changes. A page made at count N is fresh while none of its tags has a higher count.

    Threads may share a feed. After a fork the child begins with an empty one.
    """

    def __init__(self, listen: "Callable[[], psycopg.Connection[Any]] | None" = None) -> None:
        self._listen = listen or listen_to_database
        self._reset()
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        self.count = 0
        self.losses = 0  # of the connection
        self.listening = False
        self._floor = 1  # nothing is fresh before the first connection
        self._last: dict[str, int] = {}
        self._lock = threading.Lock()
        self._connection: psycopg.Connection[Any] | None = None
        # One for all connections: a thread may be looking while one ends. It forgets closed ones.
        # Not poll(): its objects refuse to be used by two threads.
        self._arrivals = select.epoll()
        self._started = False
        self._closed = False

    def catch_up(self) -> int:
        """Read the changes that have arrived. Returns the number of changes so far."""
        # Without the lock nearly always. In this order: another thread may have read a change that
        # it has not noted yet.
        if self._started and not self._arrivals.poll(0) and not self._lock.locked():
            return self.count
        with self._lock:
            if not self._started and not self._closed:
                self._started = True
                try:
                    self._attach(self._listen())
                except psycopg.Error as error:
                    self._lose(error)
            elif self._connection is not None and self._arrivals.poll(0):
                self._read(self._connection)
            return self.count

    def is_fresh(self, made_at: int, tags: Iterable[str]) -> bool:
        """Whether a page with these tags, made from count `made_at` on, shows no old row."""
        last = self._last
        unchanged = all(last.get(tag, 0) <= made_at for tag in tags)
        # The floor is looked at last: another thread that forgets all tags raises the floor first.
        return unchanged and made_at >= self._floor

    def change(self, *tags: str) -> None:
        """Note a change that no trigger tells, such as a time that has come."""
        with self._lock:
            self._note(" ".join(tags))

    def close(self) -> None:
        """Stop listening for good, when no other thread uses the feed any more."""
        with self._lock:
            self._closed, self._started = True, False
            self._hang_up()
            self._arrivals.close()

    def _attach(self, connection: "psycopg.Connection[Any]") -> None:
        """Begin to hear changes. Older pages may have missed some, and are not fresh."""
        self._connection = connection
        self._arrivals.register(connection.fileno(), select.EPOLLIN)
        self._void_everything()
        self.listening = True  # last: other threads look at it without the lock

    def _read(self, connection: "psycopg.Connection[Any]") -> None:
        line = connection.pgconn
        try:
            line.consume_input()
            while message := line.notifies():
                self._note(message.extra.decode())
            if line.status != psycopg.pq.ConnStatus.OK:
                raise psycopg.OperationalError("the connection has ended")
        except psycopg.Error as error:
            self._lose(error)

    def _note(self, payload: str) -> None:
        self.count += 1
        tags = [_in_time(tag) for tag in payload.split()]
        if EVERYTHING in tags or len(self._last) > MOST_TAGS:
            self._void_everything()
        else:
            self._last.update(dict.fromkeys(tags, self.count))

    def _void_everything(self) -> None:
        self.count += 1
        self._floor = self.count
        self._last.clear()

    def _lose(self, error: Exception) -> None:
        logger.warning("changes are not heard; reconnecting: %s", str(error).strip())
        self.losses += 1
        self._hang_up()
        threading.Thread(target=self._reconnect, name="change-feed", daemon=True).start()

    def _hang_up(self) -> None:
        self.listening = False
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _reconnect(self) -> None:
        """Runs in a thread of its own, so that no reader waits for it."""
        tries = 0
        while not self._closed:
            time.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)])
            tries += 1
            try:
                connection = self._listen()
            except psycopg.Error:
                continue
            with self._lock:
                if self._closed:
                    connection.close()
                else:
                    self._attach(connection)
            return


def _in_time(told: str) -> str:
    """The tag to note now for a told `tag@from@until` (Unix times); "" for none.

    Readers see the change between the two times. Before the first it is DEADLINES, which makes the
    process look for the next deadline again.
    """
    tag, *times = told.split("@")
    now = time.time()
    if times and now < float(times[0]):
        return DEADLINES
    return "" if times[1:] and now >= float(times[1]) else tag


def listen_to_database() -> "psycopg.Connection[Any]":
    """A connection that hears changes. A dead one is noticed within half a minute."""
    parameters = connections[settings.CHANGE_FEED_DATABASE].get_connection_params()
    parameters |= {
        "autocommit": True,
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "colophon change feed",
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }
    connection = psycopg.connect(**parameters)
    connection.execute(f"LISTEN {CHANNEL}")
    return connection
