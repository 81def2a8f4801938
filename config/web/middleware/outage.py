"""The answer while PostgreSQL is away: an outage of minutes, and no fault of the program."""

import logging
import time
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

RETRY_AFTER_SECONDS = 10

logger = logging.getLogger("colophon.outage")
_quiet_until = 0.0


class DatabaseOutageMiddleware:
    """Answer 503 with Retry-After instead of 500 while the database cannot be reached.

    It catches errors of views. Errors of a middleware reach config/views.py:server_error.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError | InterfaceError):
            return outage_response()
        return None


def outage_response() -> HttpResponse:
    """503 with Retry-After. At most one line a minute goes to the log."""
    global _quiet_until  # without a lock: a race writes a line too many
    now = time.monotonic()
    if now >= _quiet_until:
        _quiet_until = now + 60
        logger.error("The database cannot be reached; pages answer 503 until it is back.")
    response = HttpResponse(
        render_to_string("503.html"),
        status=503,
        headers={"Retry-After": str(RETRY_AFTER_SECONDS), "Cache-Control": "no-store"},
    )
    # Django's own mark. Without it each request of a long outage would write a line.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
