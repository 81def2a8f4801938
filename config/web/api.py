"""What all parts of the JSON API share: its answers, its errors, and who may ask (docs/api.md)."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate
from urllib.parse import urlencode

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from config.web.cache.cache_tags import cacheable, public_page
from config.web.middleware.outage import outage_response
from config.web.site import public_url

FILTERS = ("topic", "author")  # which the address of a list's next page keeps
ALLOWED = "GET, HEAD, OPTIONS"
# The Fetch standard: every page may read the answers. They hold nothing of who asks.
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": ALLOWED,
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
}
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)  # so many digits fit a bigint

type View[**Given] = Callable[Concatenate[HttpRequest, Given], HttpResponseBase]


class Problem(Exception):
    """An error with its own status and a sentence that says what to do."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


def api_view[**Given](view: View[Given]) -> View[Given]:
    """Mark a view of the API: for GET, from any site, with errors as RFC 9457 has them.

    The view raises Problem or Http404, and tags its answer by `answer`.
    """

    @csrf_exempt  # so that a POST gets 405 and not the page about a missing token
    @public_page
    @wraps(view)
    def answered(
        request: HttpRequest, *args: Given.args, **kwargs: Given.kwargs
    ) -> HttpResponseBase:
        response: HttpResponseBase
        if request.method == "OPTIONS":
            response = HttpResponse(status=204, headers={"Allow": ALLOWED, **PREFLIGHT})
        elif request.method not in {"GET", "HEAD"}:
            response = problem(405, f"This API is for reading: {ALLOWED}.")
            response.headers["Allow"] = ALLOWED
        else:
            try:
                response = view(request, *args, **kwargs)
            except Problem as error:
                response = problem(error.status, error.detail)
            except Http404:
                response = problem(404, "Nothing that readers may see has this address.")
            except (OperationalError, InterfaceError):
                response = _outage()
        for name, value in CORS.items():
            response.headers[name] = value
        return response

    return answered


def problem(status: int, detail: str) -> HttpResponse:
    """An error as application/problem+json (RFC 9457)."""
    fields = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    return HttpResponse(
        json.dumps(fields),
        status=status,
        content_type="application/problem+json",
        headers={"Cache-Control": "no-store"},
    )


def answer(fields: dict[str, Any], *tags: str) -> HttpResponse:
    """The fields as JSON, kept by the page cache until one of the tags changes."""
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return cacheable(HttpResponse(text, content_type="application/json"), *tags)


def list_answer(
    request: HttpRequest, rows: list[dict[str, Any]], cursor: str, *tags: str, **more: Any
) -> HttpResponse:
    """One page of a list. `cursor` begins the next one, and is empty on the last."""
    following = None
    if cursor:
        match = request.resolver_match
        assert match is not None  # noqa: S101 - a view was found
        address = public_url(match.view_name, *match.kwargs.values())
        filters = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
        following = f"{address}?{urlencode(filters | {'cursor': cursor})}"
    response = answer({**more, "items": rows, "next": following}, *tags)
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


def number_cursor(request: HttpRequest) -> int:
    """The number after which a list by number begins. Raises Problem."""
    cursor = request.GET.get("cursor", "")
    if cursor and not _NUMBER.fullmatch(cursor):
        raise bad_cursor()
    return int(cursor or 0)


def bad_cursor() -> Problem:
    return Problem(400, "This is no cursor: take the address of a page from `next`.")


def moment(value: datetime | None) -> str | None:
    """A time as RFC 3339 has it, in UTC and seconds."""
    return value.astimezone(UTC).isoformat(timespec="seconds") if value else None


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _outage() -> HttpResponse:
    """503 with Retry-After, noted in the log as any page's outage is."""
    response, page = problem(503, "The database is away for the moment."), outage_response()
    response.headers["Retry-After"] = page.headers["Retry-After"]
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
