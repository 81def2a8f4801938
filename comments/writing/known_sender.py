"""Which browser is the owner's of an address: the one that confirmed it by the mailed link.

Anybody can type an address. Trust (DiscussionSettings.trust_after) reaches only who has shown that it is theirs.
"""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from comments.models import Writer
from config.web.requests.signed_links import BadLink, make_token, read_token

# Its path keeps it out of every request but those below articles; no page depends on it.
COOKIE = "colophon_writer"
KEPT_FOR = timedelta(days=365)

_PURPOSE = "known sender"


def remember_sender(response: HttpResponseBase, writer: Writer) -> None:
    """To be called only in the answer to the confirmation of `writer`'s address."""
    response.set_cookie(
        COOKIE,
        make_token(_PURPOSE, writer.email),
        max_age=KEPT_FOR,
        path="/articles/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def confirmed_address(request: HttpRequest) -> str:
    """The address that this browser has confirmed, in lower case; empty when there is none."""
    try:
        return read_token(_PURPOSE, request.COOKIES.get(COOKIE, ""), max_age=KEPT_FOR)
    except BadLink:
        return ""
