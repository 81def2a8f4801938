"""What changed, told by the database at COMMIT (PostgreSQL NOTIFY), so that no process serves an old page.

Triggers send tags (see change_triggers.py). Each process keeps one listening connection and reads it inside its
requests: a thread of its own would be late by tens of milliseconds under load, a look at the socket costs less than one.
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
# Beyond so many different tags all are forgotten at once, and every page with them.
MOST_TAGS = 100_000
_PAUSES = (0.05, 0.1, 0.2, 0.5)  # seconds between tries to reconnect; the last is repeated

logger = logging.getLogger("colophon.change_feed")


class ChangeFeed:
    """Counts changes. A page made at count N is fresh as long as none of its tags has a later one.

    Safe with threads, and after a fork: a child begins with a feed of its own.
    """

    def __init__(self, listen: "Callable[[], psycopg.Connection[Any]] | None" = None) -> None:
        self._listen = listen or listen_to_database
        self._reset()
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        self.count = 0
        self.listening = False
        self._floor = 1  # nothing is fresh before the first connection
        self._last: dict[str, int] = {}
        self._lock = threading.Lock()
        self._connection: psycopg.Connection[Any] | None = None
        self._socket: select.epoll | None = None
        self._started = False
        self._closed = False

    def catch_up(self) -> int:
        """Take in what has arrived; the number of changes so far."""
        with self._lock:
            if not self._started:
                self._start()
            elif self._connection is not None and self._heard():
                self._read(self._connection)
            return self.count

    def _heard(self) -> bool:
        return self._socket is not None and bool(self._socket.poll(0))

    def is_fresh(self, made_at: int, tags: Iterable[str]) -> bool:
        """Whether nothing that a page shows has changed since the count at which its making began."""
        last = self._last
        unchanged = all(last.get(tag, 0) <= made_at for tag in tags)
        # Looked at last: whoever voids everything meanwhile raises it before the tags are forgotten.
        return unchanged and made_at >= self._floor

    def change(self, *tags: str) -> None:
        """Note a change that no row tells: a time has come."""
        with self._lock:
            self._note(" ".join(tags))

    def close(self) -> None:
        """Stop listening for good."""
        with self._lock:
            self._closed = True
            self._hang_up()

    def _start(self) -> None:
        self._started = True
        try:
            self._attach(self._listen())
        except psycopg.Error as error:
            self._lose(error)

    def _attach(self, connection: "psycopg.Connection[Any]") -> None:
        """From here on changes are heard; what was made before may have missed some."""
        self._connection = connection
        self._socket = select.epoll()  # not poll(): its objects refuse to be used by two threads
        self._socket.register(connection.fileno(), select.EPOLLIN)
        self.listening = True
        self._void_everything()

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
        tags = payload.split()
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
        self._hang_up()
        threading.Thread(target=self._reconnect, name="change-feed", daemon=True).start()

    def _hang_up(self) -> None:
        self.listening = False
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _reconnect(self) -> None:
        """In a thread of its own, so that no reader waits for it."""
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


def listen_to_database() -> "psycopg.Connection[Any]":
    """A connection that hears changes; one that died without a word is noticed within half a minute."""
    parameters = connections[settings.CHANGE_FEED_DATABASE].get_connection_params()
    parameters |= {
        "autocommit": True,
        "connect_timeout": 3,
        "application_name": "colophon change feed",
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }
    connection = psycopg.connect(**parameters)
    connection.execute(f"LISTEN {CHANNEL}")
    return connection
