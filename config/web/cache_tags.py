"""How a view lets its answer be kept by the page cache: it names what the page shows.

The database sends the same tags when rows change (the apps' migrations named change_feed). Without a tag nothing is kept.
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponseBase

HEADER = "Cache-Tag"
# Menus and footers stand on every page; a topic stands in the menu once it has an article.
EVERYWHERE = ("articles", "topics", "pages")


def cacheable[Response: HttpResponseBase](response: Response, *tags: str) -> Response:
    """Let the page cache keep this answer until one of `tags` changes. Only for what all readers get alike."""
    response.headers[HEADER] = " ".join(dict.fromkeys((*EVERYWHERE, *tags)))
    return response


def cached_until[**Given, Response: HttpResponseBase](
    *tags: str,
) -> Callable[[Callable[Given, Response]], Callable[Given, Response]]:
    """The same as a decorator, for views that always show the same kinds of rows."""

    def decorate(view: Callable[Given, Response]) -> Callable[Given, Response]:
        @wraps(view)
        def tagged(*args: Given.args, **kwargs: Given.kwargs) -> Response:
            return cacheable(view(*args, **kwargs), *tags)

        return tagged

    return decorate
