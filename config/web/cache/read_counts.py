"""How often pages are read: counted beside the page cache, written in batches.

A view names what a page counts as (`cacheable` in cache_tags.py); the counter knows only that name.
A reader waits for nothing: the name is put into a list, which a thread of the process empties.
Nothing of the reader is kept. What is not a read: an answer without a body (HEAD, 304), a page that
a browser fetched ahead, and programs that say what they are.
"""

import atexit
import logging
import os
import re
import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db import Error, connections
from django.utils import timezone

# What a view named, and the day in the site's time zone.
type Counted = tuple[str, date]

BATCH_SECONDS = 30.0
MOST_NOTED = 1_000_000  # reads between two batches
MOST_WAITING = 100_000  # numbers that wait for a database that is away
MOST_AGENTS = 1_000  # that are remembered

# "Cubot" is a maker of telephones, whose browsers say so.
_PROGRAM = re.compile(
    r"(?<!cu)bot\b|bot[/_-]|crawl|spider|slurp|scrap|fetch|archiv|preview|monitor|uptime|check|scan"
    r"|headless|lighthouse|facebookexternal|whatsapp|embedly|feed|rss|reader/|curl|wget|python|ruby"
    r"|perl|java/|okhttp|go-http|node|axios|libwww|httpclient|http_client|https?://",
    re.IGNORECASE,
)

logger = logging.getLogger("colophon.read_counts")


def is_reader(agent: str) -> bool:
    """Whether a User-Agent may be that of a person's browser."""
    return agent.startswith(("Mozilla/", "Opera/")) and not _PROGRAM.search(agent)


class ReadCounter:
    """Counts for one process. `write` adds numbers to those in the database, all or none.

    A process that ends writes what it has; one that is killed loses BATCH_SECONDS at most. Threads
    may share a counter. After a fork the child begins with an empty one.
    """

    def __init__(self, write: Callable[[Mapping[Counted, int]], None]) -> None:
        self._write = write
        self._reset()
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        self._noted: deque[str] = deque(maxlen=MOST_NOTED)
        self._waiting: Counter[Counted] = Counter()
        self._readers: dict[str, bool] = {}
        self._writing = threading.Lock()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def note(self, name: str, environ: Mapping[str, Any]) -> None:
        """Count one read of `name`, unless the request (PEP 3333) is not that of a reader."""
        agent = environ.get("HTTP_USER_AGENT", "")
        known = self._readers.get(agent)
        if known is None:
            known = self._learn(agent)
        if known and "HTTP_SEC_PURPOSE" not in environ and "HTTP_PURPOSE" not in environ:
            self._noted.append(name)

    def write_batch(self) -> None:
        """Write what was noted. What the database does not take waits for the next batch."""
        with self._writing:
            today = timezone.localdate()
            for _read in range(len(self._noted)):
                counted = (self._noted.popleft(), today)
                if counted in self._waiting or len(self._waiting) < MOST_WAITING:
                    self._waiting[counted] += 1
            if not self._waiting:
                return
            try:
                self._write(self._waiting)
            except Error as error:
                logger.warning("reads wait to be written: %s", str(error).strip())
            else:
                self._waiting.clear()

    def _learn(self, agent: str) -> bool:
        """Whether an agent that is new here is a reader's. The first one starts the thread."""
        if len(self._readers) >= MOST_AGENTS:
            self._readers.clear()
        self._readers[agent] = found = is_reader(agent)
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="reads", daemon=True)
                self._thread.start()
                atexit.register(self.write_batch)
        return found

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(BATCH_SECONDS):
            try:
                self.write_batch()
            except Exception:  # the next batch is written nevertheless
                logger.exception("reads were not written")
            finally:
                connections.close_all()  # this thread's own
