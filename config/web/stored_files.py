"""Answers with files of the media storage."""

from django.http import HttpResponseBase

_YEAR = 365 * 24 * 3600


def keep_for_ever(response: HttpResponseBase) -> HttpResponseBase:
    """Let the file be kept a year: its name is drawn at random, or made of what it shows, and never used twice.

    Whatever the file turns out to hold, nothing in it may run.
    """
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
