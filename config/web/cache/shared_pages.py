"""Kept pages that all processes and machines share: asked between memory and making.

Why no row of it is ever old, while one of its memory (page_cache.py) would not be:

Triggers write each tag that they tell as a row, too, with the transaction (`web_shared_change`,
only added to). A page is stored a second after it was made, by a thread, in this order:

1. It asks PostgreSQL for a snapshot S: which transactions have ended.
2. It sends a message over the channel of the change feed, and waits until the feed of its own
   process has heard it. Messages arrive in the order of COMMIT. So the process has heard all
   changes that S sees.
3. It stores the page with S if the page, and all kept values on it, are fresh by the feed. So the
   page shows all that S sees.

A process that asks for the page gets it in one statement if no tag of the page was changed by a
transaction that S does not see: one that was open then, or began later. A transaction that is
still open when somebody asks is not public yet; one that is rolled back leaves no row. A long one,
such as an editor's or a dump, ends no page before its COMMIT.

Times that come (deadlines.py) write no row. A page is stored with the time before which all
deadlines were noted, and a process passes it by if one came since, or if it cannot know.

Old changes are forgotten below a floor, a transaction before which all had ended; a page whose S is
not above it does not count. Without the row of the floor, as after a crash, no page counts.

A page is as public as in memory: it comes from there. Addresses with a query are not stored, since
strangers can write as many as they like, nor what no reader got compressed.
"""

import hashlib
import json
import logging
import os
import threading
import time
from collections import deque
from typing import Any
from uuid import uuid4

import psycopg
from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction

from config.web.cache.build import build_name
from config.web.cache.cached_page import CachedPage
from config.web.cache.change_feed import CHANNEL, EVERYTHING, ChangeFeed
from config.web.cache.deadlines import Deadlines

Key = tuple[str, str, str, str]

BATCH_SECONDS = 1.0
HEARD_SECONDS = 2.0
MOST_WAITING = 500  # pages of one process; more are not stored
FLOOR_SECONDS = 12 * 3600

_ASK = """
    SELECT headers, body, etag, tags, kept_at, ends_at FROM web_shared_page page
    WHERE named = %s AND ends_at > %s
        AND pg_snapshot_xmin(seen) >= (SELECT since FROM web_shared_floor)
        AND NOT EXISTS (
            SELECT FROM web_shared_change change
            WHERE change.tag = ANY (page.tags) AND starts <= %s
                AND NOT pg_visible_in_snapshot(changed, page.seen)
        )
"""
_STORE = """
    INSERT INTO web_shared_page (named, seen, tags, kept_at, ends_at, headers, etag, body)
    VALUES (%s, %s::pg_snapshot, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (named) DO UPDATE SET (seen, tags, kept_at, ends_at, headers, etag, body) =
        (excluded.seen, excluded.tags, excluded.kept_at, excluded.ends_at, excluded.headers,
        excluded.etag, excluded.body)
"""
_BEGIN = """
    INSERT INTO web_shared_floor (id, since, next, next_at)
    SELECT true, oldest, oldest, %s FROM pg_snapshot_xmin(pg_current_snapshot()) AS oldest
    ON CONFLICT DO NOTHING
"""
_RAISE_FLOOR = """
    UPDATE web_shared_floor
    SET since = next, next = pg_snapshot_xmin(pg_current_snapshot()), next_at = %(now)s
    WHERE next_at < %(now)s - %(period)s
"""
_FORGET_CHANGES = """
    DELETE FROM web_shared_change WHERE changed < (SELECT since FROM web_shared_floor)
"""
_FORGET_PAGES = """
    DELETE FROM web_shared_page
    WHERE ends_at < %(now)s
        OR pg_snapshot_xmin(seen) < (SELECT since FROM web_shared_floor)
        OR named IN (
            SELECT named FROM web_shared_page CROSS JOIN unnest(tags) AS tag
            JOIN web_shared_change USING (tag)
            WHERE starts <= %(now)s AND NOT pg_visible_in_snapshot(changed, seen)
        )
        OR named IN (
            SELECT named FROM (
                SELECT named, sum(octet_length(body) + 2000) OVER (ORDER BY kept_at DESC, named)
                FROM web_shared_page
            ) AS newest (named, bytes) WHERE bytes > %(most)s
        )
"""

logger = logging.getLogger("colophon.shared_pages")


class SharedPages:
    """The shared pages as one process asks for them and offers them. Threads may share it."""

    def __init__(self, feed: ChangeFeed, deadlines: Deadlines | None) -> None:
        self.feed = feed
        self.deadlines = deadlines
        self.stored = 0
        self._build = build_name()
        self._database = ""
        self._reset()
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        self._token = f"heard-{uuid4().hex}"
        self._offered: deque[tuple[Key, CachedPage]] = deque(maxlen=MOST_WAITING)
        self._starting = threading.Lock()
        self._storing = threading.Lock()
        self._thread: threading.Thread | None = None

    def find(self, key: Key, made_at: int) -> CachedPage | None:
        """The page of an address, fresh at the count `made_at`; None if there is none.

        A failure is no page.
        """
        if key[3] or not self.feed.listening or not self._knows_times():
            return None
        now = time.time()
        try:
            connection.close_if_unusable_or_obsolete()
            with plain_cursor() as cursor:
                row = cursor.execute(_ASK, [self._named(key), now, now], binary=True).fetchone()
        except (DatabaseError, psycopg.Error) as error:
            logger.warning("a shared page was not found: %s", str(error).strip())
            return None
        if row is None:
            return None
        headers, body, etag, tags, kept_at, ends_at = row
        if self.deadlines is not None and self.deadlines.passed_since(kept_at, tags):
            return None
        page = CachedPage(
            [(name, value) for name, value in json.loads(headers)],
            body,
            made_at=made_at,
            tags=[tag for tag in tags if tag != EVERYTHING],
            packed_as=etag,
        )
        page.expires_at = ends_at
        return page

    def offer(self, key: Key, page: CachedPage) -> None:
        """Store the page soon, if it is still fresh then."""
        if key[3]:
            return
        self._offered.append((key, page))
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="shared", daemon=True)
                    self._thread.start()

    def store_batch(self) -> None:
        """Store what was offered. Raises DatabaseError."""
        with self._storing:
            offered = [self._offered.popleft() for _page in range(len(self._offered))]
            packed = [(key, page, page.packed()) for key, page in offered]
            packed = [one for one in packed if one[2] is not None]
            if not packed:
                return
            with plain_cursor() as cursor:
                cursor.execute(_BEGIN, [time.time()])
                ((seen,),) = cursor.execute("SELECT pg_current_snapshot()::text")
                kept_at = self._hear(cursor)
                if kept_at is None:
                    return
                rows = [
                    (
                        self._named(key), seen, [EVERYTHING, *page.tags], kept_at, page.expires_at,
                        json.dumps(page.given), page.etag, body,
                    )
                    for key, page, body in packed
                    if self.feed.is_fresh(page.made_at, page.tags)
                ]  # fmt: skip
                cursor.executemany(_STORE, rows)
            self.stored += len(rows)

    def _hear(self, cursor: Any) -> float | None:
        """Hear all changes that were committed before this, and note all deadlines before the
        time that is returned. None if that fails."""
        count = self.feed.catch_up()
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, self._token])
        end = time.monotonic() + HEARD_SECONDS
        while self.feed.is_fresh(count, (self._token,)):
            if not self.feed.listening or time.monotonic() >= end:
                return None
            time.sleep(0.005)
            self.feed.catch_up()
        now = time.time()
        if self.deadlines is not None:
            self.deadlines.observe(self.feed, self.feed.count)
            if not self._knows_times():
                return None
        return now if self.feed.listening else None

    def _knows_times(self) -> bool:
        return self.deadlines is None or self.deadlines.are_known(self.feed)

    def _named(self, key: Key) -> bytes:
        if not self._database:
            with connection.cursor() as cursor:
                cursor.execute("SELECT web_database_identity()")
                (self._database,) = cursor.fetchone()
        said = repr((self._build, self._database, key))
        return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=20).digest()

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(BATCH_SECONDS):
            try:
                if self._offered:
                    connection.close_if_unusable_or_obsolete()
                    self.store_batch()
                else:
                    connections.close_all()  # this thread's own
            except Exception:  # the next pages are stored nevertheless
                logger.exception("shared pages were not stored")


def plain_cursor() -> psycopg.Cursor[Any]:
    """A cursor past Django, which sends a page as it is."""
    connection.ensure_connection()
    return psycopg.Cursor(connection.connection)


def forget_shared_pages() -> None:
    """Delete pages that are old, changed or too many, and changes that ended before the floor."""
    now = time.time()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_RAISE_FLOOR, {"now": now, "period": FLOOR_SECONDS})
        cursor.execute(_FORGET_CHANGES)
        cursor.execute(_FORGET_PAGES, {"now": now, "most": settings.SHARED_PAGES_BYTES})
