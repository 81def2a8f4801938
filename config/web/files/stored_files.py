"""Answers with files of the media storage."""

from django.http import HttpResponse, HttpResponseBase

_YEAR = 365 * 24 * 3600


def keep_for_ever(response: HttpResponseBase) -> HttpResponseBase:
    """Let the file be kept a year: its name is drawn at random, or made of what it shows, and never used twice.

    Whatever the file turns out to hold, nothing in it may run.
    """
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; frame-ancestors 'none'; sandbox"
    )
    return response


def not_there() -> HttpResponse:
    """Kept by nobody: a file that is broken or cannot be read now may be there in a moment."""
    return HttpResponse(
        "Not found\n", status=404, content_type="text/plain", headers={"Cache-Control": "no-store"}
    )
