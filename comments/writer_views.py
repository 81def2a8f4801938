"""The pages of those who wrote a comment, each behind a link that is the right to it."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comments import links
from config.web.signed_links import BadLink


def behind_a_link(view: Callable[[HttpRequest, str], HttpResponse]) -> Callable[..., HttpResponse]:
    """A page whose address is a right of its own: kept by nobody, told to nobody, kind when the link is no good."""

    @never_cache
    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        try:
            response = view(request, token)
        except BadLink:
            response = render(request, "comments/link_unknown.html", status=404)
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return page


@require_safe
@behind_a_link
def awaiting(request: HttpRequest, token: str) -> HttpResponse:
    """What became of a comment."""
    comment = links.comment_to_manage(token)
    return render(
        request, "comments/awaiting.html", {"comment": comment, "article": comment.article}
    )
