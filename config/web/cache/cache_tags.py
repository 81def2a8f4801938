"""How a view lets the page cache keep its answer: it names the kinds of rows that the page shows.

The database sends the same tags when rows change (change_feed.sql in the apps' migrations). An
answer that is not tagged is not kept. A view that tags its answers is marked as a public page. The
page cache calls it with a request that holds nothing but the address: its answer cannot depend on
who asks.
"""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpResponseBase
from django.urls import Resolver404, resolve

HEADER = "Cache-Tag"
COUNTED_HEADER = "Counted-As"
# Headers between views and the page cache, which no reader gets.
INTERNAL_HEADERS = frozenset({HEADER.lower(), COUNTED_HEADER.lower()})


def cacheable[Response: HttpResponseBase](
    response: Response, *tags: str, counted_as: str = ""
) -> Response:
    """Let the page cache keep this answer until one of `tags` changes.

    For a page in HTML PAGE_CACHE_TAGS are added. Only for an answer that is the same for all
    readers. Each time that it goes out to one, it counts as a read of `counted_as`, if that is
    given (read_counts.py).
    """
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    around = settings.PAGE_CACHE_TAGS if is_page else ()
    response.headers[HEADER] = " ".join(dict.fromkeys((*around, *tags)))
    if counted_as:
        response.headers[COUNTED_HEADER] = counted_as
    return response


def public_page[View: Callable[..., HttpResponseBase]](view: View) -> View:
    """Mark a view that gives all readers the same tagged answer to a GET."""
    view.is_public_page = True  # type: ignore[attr-defined]
    return view


def is_public_page(path: str) -> bool:
    """Whether a marked view answers this path."""
    try:
        return getattr(resolve(path).func, "is_public_page", False)
    except Resolver404:
        return False


def cached_until[**Given, Response: HttpResponseBase](
    *tags: str,
) -> Callable[[Callable[Given, Response]], Callable[Given, Response]]:
    """`public_page` and `cacheable` in one, for a view that always shows the same kinds of rows."""

    def decorate(view: Callable[Given, Response]) -> Callable[Given, Response]:
        @public_page
        @wraps(view)
        def tagged(*args: Given.args, **kwargs: Given.kwargs) -> Response:
            return cacheable(view(*args, **kwargs), *tags)

        return tagged

    return decorate
