"""Refuse a NUL in a query string: it has no meaning, and PostgreSQL takes none."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBadRequest, HttpResponseBase


class NulInQueryMiddleware:
    """Answer 400 to any request with a NUL character in its query string."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        if "%00" in query or "\x00" in query:
            return HttpResponseBadRequest(
                "The address holds a NUL character.\n", content_type="text/plain"
            )
        return self.get_response(request)
