"""Waiting for what happens in other threads and processes."""

import time
from collections.abc import Callable
from uuid import uuid4

import psycopg
from django.db import connection

from config.web.change_feed import CHANNEL, ChangeFeed


def wait_until[T](condition: Callable[[], T], seconds: float = 60) -> T:
    """What the condition gives as soon as that is true. The deadline is for what never comes: a busy machine is no fault."""
    end = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < end, f"not within {seconds} seconds"
        time.sleep(0.02)
    return answer


def hear_all(feed: ChangeFeed) -> int:
    """Take in all that was told by COMMITs until now: PostgreSQL keeps their order, so a mark sent now comes after them."""
    mark = f"mark-{uuid4().hex}"
    parameters = connection.get_connection_params() | {"cursor_factory": None}
    with psycopg.connect(**parameters, autocommit=True) as other:
        other.execute("SELECT pg_notify(%s, %s)", [CHANNEL, mark])
    wait_until(lambda: feed.catch_up() and mark in feed._last)
    return feed.count
