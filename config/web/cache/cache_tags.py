"""How a view lets its answer be kept by the page cache: it names what the page shows.

The database sends the same tags when rows change (CHANGE_FEED in the apps' migrations 0002_triggers_and_functions).
Without a tag nothing is kept.
A view that tags its answers is marked as a public page: the page cache calls it with a request that holds nothing but
the address, so that what it answers cannot depend on who asks.
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponseBase
from django.urls import Resolver404, resolve

HEADER = "Cache-Tag"
# Menus and footers stand on every page; a topic stands in the menu once it has an article.
EVERYWHERE = ("articles", "topics", "pages")


def cacheable[Response: HttpResponseBase](response: Response, *tags: str) -> Response:
    """Let the page cache keep this answer until one of `tags` changes. Only for what all readers get alike."""
    response.headers[HEADER] = " ".join(dict.fromkeys((*EVERYWHERE, *tags)))
    return response


def public_page[View: Callable[..., HttpResponseBase]](view: View) -> View:
    """Mark a view whose answers to GET are the same for everybody, as far as `cacheable` tags them."""
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
    """The same as a decorator, for views that always show the same kinds of rows."""

    def decorate(view: Callable[Given, Response]) -> Callable[Given, Response]:
        @public_page
        @wraps(view)
        def tagged(*args: Given.args, **kwargs: Given.kwargs) -> Response:
            return cacheable(view(*args, **kwargs), *tags)

        return tagged

    return decorate
