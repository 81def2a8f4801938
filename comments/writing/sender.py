"""Who sends a comment, as far as the request shows it.

Anybody can type an address. Only a browser that opened the link mailed to an address is its
owner's: trust (DiscussionSettings.trust_after) reaches nobody else.
"""

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from articles.models import Article, Author
from comments.models import NAME_LENGTH, Comment, Writer
from comments.plain_text import clean_name
from comments.querysets import Sender
from comments.reading.own import remembered_comments
from config.web.requests.client_address import client_network
from config.web.requests.signed_links import BadLink, make_token, read_token

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# The cookie of a confirmed address. Browsers send it to pages below articles only, and no such
# page depends on it.
COOKIE = "colophon_writer"
KEPT_FOR = timedelta(days=365)

_PURPOSE = "known sender"
# What comments.js draws. Anything short could be guessed.
_ATTEMPT = re.compile(r"[0-9A-Za-z-]{20,64}", re.ASCII)


def sender_of(request: HttpRequest, *, attempt: str, stamp: str, was_fast: bool) -> Sender:
    """The sender of a form: `attempt` and `stamp` are its hidden fields, as they came."""
    return Sender(
        network=client_network(request),
        user=logged_in(request),
        owned_address=confirmed_address(request),
        attempt=attempt if _ATTEMPT.fullmatch(attempt) else "",
        remembered=tuple(remembered_comments(request)),
        stamp=stamp,
        was_fast=was_fast,
    )


def logged_in(request: HttpRequest) -> "User | None":
    """The account of the request. Without a session cookie the database is not asked."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return None
    return request.user


def confirmed_address(request: HttpRequest) -> str:
    """The address that this browser has confirmed, in lower case; "" when there is none."""
    try:
        return read_token(_PURPOSE, request.COOKIES.get(COOKIE, ""), max_age=KEPT_FOR)
    except BadLink:
        return ""


def remember_sender(response: HttpResponseBase, writer: Writer) -> None:
    """Set the cookie of a confirmed address. Call it only in the answer to the confirmation."""
    response.set_cookie(
        COOKIE,
        make_token(_PURPOSE, writer.email),
        max_age=KEPT_FOR,
        path="/articles/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def signature(user: "User | None", article: Article) -> dict[str, Any]:
    """The fields of a comment that its account decides: `account`, `badge`, an author's name."""
    if user is None:
        return {}
    contributions = {"contributions__article": article, "contributions__part": "author"}
    author = Author.objects.filter(user=user, **contributions).first()
    if author is not None:
        name = clean_name(author.name, limit=NAME_LENGTH)
        return {"account": user, "badge": Comment.Badge.AUTHOR, "name": name}
    groups = set(user.groups.values_list("name", flat=True))
    if user.is_superuser or "Editor" in groups:
        return {"account": user, "badge": Comment.Badge.EDITOR}
    badge = Comment.Badge.MODERATOR if "Moderator" in groups else Comment.Badge.NONE
    return {"account": user, "badge": badge}
