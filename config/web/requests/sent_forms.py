"""How much may be sent to this site and in which encoding. It holds for every POST, in any view.

People who are logged in send pictures and long articles. For them Django's own limits count
(DATA_UPLOAD_MAX_…), and upload_limit.py.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

# The longest text of a public form, all of it emoji, has 60,000 bytes.
FORM_BYTES = 200_000


def takes_up_to(most_bytes: int) -> Callable[[Any], Any]:
    """Let strangers send a view more than FORM_BYTES: a service that tells many things at once."""

    def marked(view: Any) -> Any:
        view.most_bytes = most_bytes
        return view

    return marked


class Utf8Request(WSGIRequest):
    """A request whose forms and addresses are UTF-8, like our pages. Its own charset is ignored.

    Some codecs are no text encodings, and Django would fail with them before any middleware. Some
    make lone surrogates.
    """

    @property
    def encoding(self) -> str:
        return "utf-8"

    @encoding.setter
    def encoding(self, claimed: str) -> None:
        pass


class SentFormsMiddleware:
    """413 for a form that is too large, without reading it; 400 for one that cannot be read.

    It stands after the middleware that sets request.user.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            if request.method == "POST" and _is_too_large(request):
                return refused(RequestDataTooBig())
        except OSError as error:  # the connection broke off, or the chunks are malformed
            return refused(error)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The connection broke off in the middle of a form."""
        return refused(error) if isinstance(error, UnreadablePostError) else None


def refused(problem: Exception) -> HttpResponse:
    """The page for a refused request. It has no menu, so that it needs no database."""
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
        # The user is looked up last: it takes a query, and most forms are small.
        return (
            int(announced) > FORM_BYTES
            and int(announced) > most_bytes(request)
            and not request.user.is_authenticated
        )
    if "chunked" not in request.headers.get("Transfer-Encoding", "").lower():
        return False
    # Its length is unknown, and Django would take it for empty.
    most = most_bytes(request)
    body = request.META["wsgi.input"].read(most + 1)
    request._body = body
    request.META["CONTENT_LENGTH"] = str(len(body))
    return len(body) > most


def most_bytes(request: HttpRequest) -> int:
    """The most that a stranger may send to this address."""
    try:
        return int(getattr(resolve(request.path_info).func, "most_bytes", FORM_BYTES))
    except Resolver404:
        return FORM_BYTES
