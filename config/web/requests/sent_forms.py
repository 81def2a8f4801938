"""What may be sent to this site: how much, and in which encoding. For every POST there is, so that no view can forget.

Only those who are logged in send pictures and long articles: for them Django's own limits count (DATA_UPLOAD_MAX_…) and
upload_limit.py.
"""

from collections.abc import Callable

from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.template.loader import render_to_string

# The longest comment, all of it emoji, is 60,000 bytes in a form; nothing honest is larger.
FORM_BYTES = 200_000


class Utf8Request(WSGIRequest):
    """Our pages are UTF-8, and so are their forms and addresses, whatever charset a request claims.

    Some codecs are no text encodings, some make lone surrogates. Django would meet the former before any middleware.
    """

    @property
    def encoding(self) -> str:
        return "utf-8"

    @encoding.setter
    def encoding(self, claimed: str) -> None:
        pass


class SentFormsMiddleware:
    """413 for what is too much, unread; 400 for what cannot be read. Behind the middleware that knows the user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            if request.method == "POST" and _is_too_large(request):
                return refused(RequestDataTooBig())
        except OSError as error:  # broken off, or chunks that are none
            return refused(error)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The connection broke off in the middle of a form."""
        return refused(error) if isinstance(error, UnreadablePostError) else None


def refused(problem: Exception) -> HttpResponse:
    """A page of its own, without menu and database: also for a host name that is not ours."""
    too_large = isinstance(problem, RequestDataTooBig)
    status = 413 if too_large else 400
    context = {
        "status": status,
        "too_large": too_large,
        "wrong_host": isinstance(problem, DisallowedHost),
    }
    return HttpResponse(
        render_to_string("400.html", context), status=status, headers={"Cache-Control": "no-store"}
    )


def _is_too_large(request: HttpRequest) -> bool:
    announced = request.headers.get("content-length") or ""
    if announced.isdecimal():
        # The user is looked up last: most forms are small, and most senders unknown.
        return int(announced) > FORM_BYTES and not request.user.is_authenticated
    if "chunked" not in request.headers.get("Transfer-Encoding", "").lower():
        return False
    # Nobody knows how long it is, and Django takes it for empty.
    body = request.META["wsgi.input"].read(FORM_BYTES + 1)
    request._body = body
    request.META["CONTENT_LENGTH"] = str(len(body))
    return len(body) > FORM_BYTES
