"""NUL in a query string means nothing to anybody, and PostgreSQL refuses it: an error of the caller, not of ours."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBadRequest, HttpResponseBase


class NulInQueryMiddleware:
    """Answer 400 to a query string with a NUL character, wherever it would have gone (search, filters, cursors)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        if "%00" in query or "\x00" in query:
            return HttpResponseBadRequest(
                "The address holds a NUL character.\n", content_type="text/plain"
            )
        return self.get_response(request)
