"""An external spam service with Akismet's protocol (akismet.com/developers, "comment-check").

Off by default. It gets what readers would see, the site's address and the comment's shortened
network, and no e-mail address.
"""

from contextlib import suppress
from http.client import HTTPSConnection
from ipaddress import ip_network
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from comments.models import AlreadyDecided, Comment
from comments.spam.findings import found
from config.web.site import absolute_url

TIMEOUT = 8  # seconds for each step; a task waits, no reader does
LONGEST_ANSWER = 100  # bytes; it is "true" or "false"


class NoAnswer(Exception):
    """The service answered something else than true or false."""


def ask_about(pk: int) -> None:
    """Hold a pending comment that the service takes for spam, if nobody changed it meanwhile.

    Raises NoAnswer, OSError, http.client.HTTPException.
    """
    pending = Comment.objects.filter(pk=pk, status=Comment.Status.PENDING)
    comment = pending.select_related("article").first()
    if comment is None:
        return
    answer = _post("comment-check", fields_of(comment))
    if answer not in {"true", "false"}:
        raise NoAnswer(answer)
    if answer == "true":
        with suppress(AlreadyDecided):  # a person was faster
            comment.hold(held_for=[found("service")])


def fields_of(comment: Comment) -> dict[str, str]:
    """All that is sent to the service, as docs/spam.md says."""
    address = "0.0.0.0"  # noqa: S104 - stands for an unknown one
    if comment.network:
        address = str(ip_network(comment.network).network_address)
    return {
        "api_key": settings.COMMENTS_SPAM_SERVICE_KEY,
        "blog": settings.SITE_URL,
        "blog_lang": settings.LANGUAGE_CODE,
        "user_ip": address,
        "permalink": absolute_url(comment.article.get_absolute_url()),
        "comment_type": "comment" if comment.parent_id is None else "reply",
        "comment_author": comment.name,
        "comment_content": comment.body,
    }


def _post(path: str, fields: dict[str, str]) -> str:
    """The answer. Uses http.client, which follows no redirect and asks no proxy."""
    address = urlsplit(settings.COMMENTS_SPAM_SERVICE_URL)
    connection = HTTPSConnection(address.hostname or "", address.port or 443, timeout=TIMEOUT)
    try:
        connection.request(
            "POST",
            f"{address.path.rstrip('/')}/{path}",
            body=urlencode(fields),
            headers={"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "Colophon"},
        )
        answer = connection.getresponse().read(LONGEST_ANSWER)
    finally:
        connection.close()
    return answer.decode("ascii", "replace").strip()
