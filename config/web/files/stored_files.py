"""Answers with files of the media storage."""

from django.http import HttpResponse, HttpResponseBase

_YEAR = 365 * 24 * 3600


def keep_for_ever(response: HttpResponseBase) -> HttpResponseBase:
    """Let browsers keep the file for a year, because no other file will ever have its name.

    Nothing in it may run, whatever it holds. Other origins may show it: webmail does, and networks
    show cards. All of these files are public, and differ for nobody.
    """
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; frame-ancestors 'none'; sandbox"
    )
    return response


def not_there() -> HttpResponse:
    """404 that no cache keeps: a file that cannot be read now may be there in a moment."""
    return HttpResponse(
        "Not found\n", status=404, content_type="text/plain", headers={"Cache-Control": "no-store"}
    )
