"""The number of a request, which stands in the lines of the proxy's log and of ours."""

import re
import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

# What a proxy may send. Anything else could forge a line of the log.
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
_request: ContextVar[Mapping[str, Any] | None] = ContextVar("request", default=None)
_IN_ENVIRON = "colophon.request_id"


def begin_request(environ: dict[str, Any]) -> None:
    """Remember which request (PEP 3333) this thread answers from now on."""
    _request.set(environ)


def request_id(environ: Any = None) -> str:
    """The number of a request, by default that of this thread; empty outside of one.

    It is that of X-Request-ID, if it is sound, or made when it is first asked for.
    """
    environ = _request.get() if environ is None else environ
    if environ is None:
        return ""
    if _IN_ENVIRON not in environ:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        environ[_IN_ENVIRON] = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
    return environ[_IN_ENVIRON]
