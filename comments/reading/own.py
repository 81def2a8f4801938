"""A writer's own comments that wait. A signed cookie remembers which ones they are.

Only the answer to a sent comment sets the cookie, and browsers send it only below the article. So
pages are the same for everybody else and can be cached whole.
"""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from articles.models import Article
from comments.models import Comment
from config.web.requests.signed_links import BadLink, make_token, read_token

COOKIE = settings.OWN_COMMENTS_COOKIE
KEPT_FOR = timedelta(days=90)
KEPT = 20  # comments; a cookie has 4 kB

_PURPOSE = "own comments"


def remember_own(request: HttpRequest, response: HttpResponseBase, comment: Comment) -> None:
    """Set the cookie, so that the browser that sent a comment sees it while it waits."""
    others = [pk for pk in remembered_comments(request) if pk != comment.pk]
    response.set_cookie(
        COOKIE,
        make_token(_PURPOSE, [*others, comment.pk][-KEPT:]),
        max_age=KEPT_FOR,
        path=comment.article.get_absolute_url(),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def own_comments(request: HttpRequest | None, article: Article) -> list[Comment]:
    """The comments of this browser that are not public, the oldest first.

    Makes no query for a browser without the cookie.
    """
    if request is None or not request.COOKIES.get(COOKIE):
        return []
    remembered = Comment.objects.filter(pk__in=remembered_comments(request), article=article)
    own = []
    for comment in remembered.unpublished().oldest_first():
        original = comment.original
        # A repeated comment waits as long as the one that it repeats.
        if original is None or original.seems_to_wait:
            own.append(comment)
    request.own_comments = own  # type: ignore[attr-defined]
    return own


def remembered_comments(request: HttpRequest) -> list[int]:
    """The numbers of the comments that this browser sent and that were not public then."""
    try:
        return read_token(_PURPOSE, request.COOKIES.get(COOKIE, ""), max_age=KEPT_FOR)
    except BadLink:
        return []


class OwnCommentsMiddleware:
    """Keep pages that show own comments out of caches, and delete a cookie that shows nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        own = getattr(request, "own_comments", None)
        if own is None:
            return response
        response.headers["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["Cookie"])
        match = request.resolver_match
        if not own and match is not None:
            path = reverse("articles:article", args=[match.kwargs["slug"]])
            response.delete_cookie(COOKIE, path=path, samesite="Lax")
        return response
