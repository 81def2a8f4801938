"""Waiting for what happens in other threads and processes."""

import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import psycopg
from django.db import connection

from config.running.embedded_database import Keeper
from config.running.postgres_programs import EmbeddedDatabaseError
from config.web.cache.change_feed import CHANNEL, ChangeFeed


def wait_until[T](condition: Callable[[], T], seconds: float = 300) -> T:
    """What the condition gives as soon as that is true. The deadline is for what never comes: a busy machine is no fault."""
    end = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < end, f"not within {seconds} seconds"
        time.sleep(0.02)
    return answer


def somebody_waits() -> bool:
    """Whether another connection waits for a lock that this thread's connection holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])


def unhindered_seconds() -> float:
    """A clock that stands while processes of this machine wait for a processor or a disk (Linux's pressure stall information).

    For promises in seconds: what a busy machine adds is no fault of the code.
    """
    waited = 0.0
    for kind in ("cpu", "io"):
        with suppress(OSError):  # not on each machine
            text = Path(f"/proc/pressure/{kind}").read_text()
            waited += int(re.search(r"some .*total=(\d+)", text)[1]) / 1e6
    return time.monotonic() - waited


def bring_up_again(keeper: Keeper) -> None:
    """Start a server that was killed. Its processes end in their own time, and no other one starts beside them."""

    def is_up() -> bool:
        with suppress(EmbeddedDatabaseError):
            keeper.bring_up()
        return keeper.is_up()

    wait_until(is_up)


def hear_all(feed: ChangeFeed) -> int:
    """Take in all that was told by COMMITs until now: PostgreSQL keeps their order, so a mark sent now comes after them."""
    mark = f"mark-{uuid4().hex}"
    parameters = connection.get_connection_params() | {"cursor_factory": None}
    with psycopg.connect(**parameters, autocommit=True) as other:
        other.execute("SELECT pg_notify(%s, %s)", [CHANNEL, mark])
    wait_until(lambda: feed.catch_up() and mark in feed._last)
    return feed.count
