"""Compression of text, for readers on slow lines. Pictures are compressed already."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from config.web.cache.cache_tags import HEADER
from config.web.cache.page_cache import MADE_HERE

_TEXT = ("text/", "application/atom+xml", "application/feed+json", "application/xml", "image/svg")


class CompressTextMiddleware(GZipMiddleware):
    """Django's gzip, with its padding against BREACH, for text only."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not response.headers.get("Content-Type", "").startswith(_TEXT):
            return response
        if MADE_HERE in request.META and HEADER in response.headers:
            return response  # the page cache keeps it plain and compresses it once
        return super().process_response(request, response)
