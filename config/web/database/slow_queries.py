"""Queries that take longer than SLOW_QUERY_MS go to the log, without their values."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings

_LONGEST = 500  # characters of a query in the log

logger = logging.getLogger("colophon.slow_queries")


def note_slow_query(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
) -> Any:
    """A wrapper of Django's `connection.execute_wrappers`."""
    began = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        took = (time.perf_counter() - began) * 1000
        if took >= settings.SLOW_QUERY_MS:
            words = " ".join(str(sql).split())[:_LONGEST]
            logger.warning("a query took %.0f ms: %s", took, words)
