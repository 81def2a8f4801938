"""The comments that a browser sent. Signed cookies remember which ones they are.

Only the answer to a sent comment sets them, and browsers send them only below the article. With
COOKIE a page shows what is not public, so it is made for that browser alone, until nothing is left
to show. SENT_COOKIE changes no page, so that pages can be cached whole: a script asks with it for
the comments that are this browser's own (comments.writers.managing.own).
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
SENT_COOKIE = "colophon_sent"

_PURPOSE = "own comments"


def remember_own(request: HttpRequest, response: HttpResponseBase, comment: Comment) -> None:
    """Set the cookies, so that the browser that sent a comment knows it again."""
    paths = {SENT_COOKIE: reverse("comments:post", args=[comment.article.slug])}
    if not comment.is_approved:
        paths[COOKIE] = comment.article.get_absolute_url()
    for cookie, path in paths.items():
        others = [pk for pk in remembered_comments(request, cookie) if pk != comment.pk]
        response.set_cookie(
            cookie,
            make_token(_PURPOSE, [*others, comment.pk][-KEPT:]),
            max_age=KEPT_FOR,
            path=path,
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


def remembered_comments(request: HttpRequest, cookie: str = COOKIE) -> list[int]:
    """The numbers of the comments that this browser sent and that were not public then.

    With SENT_COOKIE those of all that it sent.
    """
    try:
        return read_token(_PURPOSE, request.COOKIES.get(cookie, ""), max_age=KEPT_FOR)
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
