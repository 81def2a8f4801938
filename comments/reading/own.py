"""A writer's own comments that wait, shown to nobody else: a signed cookie remembers which ones they are.

Only the answer to a sent comment sets it, and only pages below its article get it, so that pages stay the same for
everybody else and can be cached whole.
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
    """Let the browser that sent a comment see it while it waits."""
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
    """Those of this browser that are not public, the oldest first. One query, and none for everybody else."""
    if request is None or not request.COOKIES.get(COOKIE):
        return []
    remembered = Comment.objects.filter(pk__in=remembered_comments(request), article=article)
    own = [row for row in remembered.unpublished().oldest_first() if _is_news(row)]
    request.own_comments = own  # type: ignore[attr-defined]
    return own


def _is_news(comment: Comment) -> bool:
    """A repeated comment waits as long as the one that it repeats."""
    original = comment.original
    return original is None or original.seems_to_wait


def remembered_comments(request: HttpRequest) -> list[int]:
    """The numbers of the comments that this browser sent and that were not public then."""
    try:
        return read_token(_PURPOSE, request.COOKIES.get(COOKIE, ""), max_age=KEPT_FOR)
    except BadLink:
        return []


class OwnCommentsMiddleware:
    """A page that looked at the cookie is one reader's own; when there was nothing to show, the cookie goes."""

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
