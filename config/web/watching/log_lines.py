"""Lines of the log: text or JSON, with the request's number and without personal data.

No line holds a mail address, a network address, a token of a link or a query string. A fault has a
short name made of its kind and place, the same each time, so that equal ones can be counted.
"""

import hashlib
import json
import logging
import re
import time
import traceback
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

from django.urls import Resolver404, resolve

from config.web.watching.request_id import request_id

_MAIL = re.compile(r"[^\s@<>()\"'=,;:]+@[^\s@<>()\"'=,;:]+\.[^\s@<>()\"'=,;:]+")
_MAYBE_ADDRESS = re.compile(r"[0-9A-Fa-f]*[.:][0-9A-Fa-f:]*[.:][0-9A-Fa-f.:]*(?:/\d{1,3})?")
# Of Django's signer: what is signed, the time and the signature.
_SIGNED = re.compile(r"[\w.=-]+:[\w-]{5,}:[\w=-]{20,}")
_PATH = re.compile(r"(?<![\w.:/])(https?://[^\s/\"'<>?#]+)?(/[^\s\"'<>?#),]+)")
_QUERY = re.compile(r"\?[^\s\"'<>]*=[^\s\"'<>]*")
_HIDDEN = "…"


def harmless(text: str) -> str:
    """The text without addresses, tokens and query strings."""
    for found in (_SIGNED, _MAIL, _QUERY):
        text = found.sub(_HIDDEN, text)
    return _MAYBE_ADDRESS.sub(_without_network, text)


def _without_network(found: re.Match[str]) -> str:
    """Times and versions look like addresses, too, and stay."""
    try:
        ip_network(found[0].rstrip(".:"), strict=False)
    except ValueError:
        return found[0]
    return _HIDDEN


def harmless_path(path: str) -> str:
    """The path of a request without the token of a link."""
    try:
        secret = resolve(path).kwargs.get("token")
    except (Resolver404, ValueError):
        secret = None
    return harmless(path.replace(str(secret), _HIDDEN) if secret else path)


def harmless_message(message: str) -> str:
    """A line for the log, also without tokens in the paths that stand in it."""
    return harmless(_PATH.sub(lambda found: f"{found[1] or ''}{harmless_path(found[2])}", message))


def harmless_error(text: str, error: BaseException | None) -> str:
    """What an error or its traceback says, also without the values of rows.

    PostgreSQL quotes them in the details of its errors, in its own language.
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        diagnosis = getattr(error, "diag", None)
        for name in ("message_detail", "context"):
            if said := getattr(diagnosis, name, None):
                text = text.replace(said, _HIDDEN)
        error = error.__cause__ or error.__context__
    return harmless(text)


def fault_name(error: BaseException) -> str:
    """Eight digits of the kind of an error and the place where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].name}" if frames else ""
    said = f"{type(error).__module__}.{type(error).__qualname__} {place}"
    return hashlib.sha256(said.encode()).hexdigest()[:8]


class Lines(logging.Formatter):
    """`python` formatting of a record into one of the two kinds of line."""

    def __init__(self, *args: Any, as_json: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        fields = self._fields(record)
        if self._as_json:
            return json.dumps(fields, ensure_ascii=False)
        begin = "{time} {level} {logger}: {message}".format(**fields)
        more = " ".join(
            f"{name}={value}"
            for name, value in fields.items()
            if name not in {"time", "level", "logger", "message", "traceback"}
        )
        trace = f"\n{fields['traceback']}" if "traceback" in fields else ""
        return f"{begin} {more}".rstrip() + trace

    def _fields(self, record: logging.LogRecord) -> dict[str, Any]:
        request: Any = getattr(record, "request", None)
        path = getattr(request, "path", "")
        message = record.getMessage()
        if path and path != "/":
            message = message.replace(path, harmless_path(path))
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": " ".join(harmless_message(message).split()),
        }
        if number := request_id(getattr(request, "META", None)):
            fields["request"] = number
        fields |= getattr(record, "fields", {})
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            fields["fault"] = fault_name(error)
            told = "".join(traceback.format_exception(error)).rstrip()
            fields["traceback"] = harmless_error(told, error)
        return fields


class RequestLog:
    """A WSGI application that writes one line for each request of the one inside it."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self.logger = logging.getLogger("colophon.requests")

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        began, statuses = time.perf_counter(), []

        def note(status: str, headers: Any, *more: Any) -> Any:
            statuses.append(status[:3])
            return start_response(status, headers, *more)

        try:
            return self.application(environ, note)
        finally:
            path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
            fields = {
                "status": int(statuses[-1]) if statuses else 500,
                "ms": round((time.perf_counter() - began) * 1000, 1),
                "request": request_id(environ),
            }
            method = environ["REQUEST_METHOD"]
            self.logger.info("%s %s", method, harmless_path(path), extra={"fields": fields})
