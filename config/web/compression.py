"""Text goes compressed, for readers on slow lines; pictures are compressed already."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_TEXT = ("text/", "application/atom+xml", "application/feed+json", "application/xml", "image/svg")


class CompressTextMiddleware(GZipMiddleware):
    """Django's gzip, with its padding against BREACH, for text only."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not response.headers.get("Content-Type", "").startswith(_TEXT):
            return response
        return super().process_response(request, response)
