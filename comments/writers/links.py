"""The links that a writer gets. Each is signed, opens one thing, and needs no login."""

from datetime import timedelta

from django.urls import reverse

from articles.models import Article
from comments.models import Comment, Writer
from config.web.requests.signed_links import BadLink, ExpiredLink, make_token, read_token
from config.web.site import absolute_url

VERIFY_WITHIN = timedelta(days=7)
_MANAGE = "comment"
_OWN = "comment of the owner"
_VERIFY = "comments.verify"
_MUTE = "comments.mute"


# The comment's own page, on which its writer sees and withdraws it. These links never expire.
#
# `is_owner` is for a link that is mailed to the comment's address, or shown in a browser that
# confirmed it. Its page tells more than that of somebody who only typed the address.


def manage_token(comment: Comment, *, is_owner: bool = False) -> str:
    return make_token(_OWN if is_owner else _MANAGE, comment.pk)


def manage_path(comment: Comment, *, is_owner: bool = False) -> str:
    return reverse("comments:awaiting", args=[manage_token(comment, is_owner=is_owner)])


def manage_url(comment: Comment, *, is_owner: bool = False) -> str:
    return absolute_url(manage_path(comment, is_owner=is_owner))


def comment_to_manage(token: str) -> tuple[Comment, bool]:
    """The comment of a token, and whether the token is the owner's.

    Raises BadLink when the token is invalid or the comment was erased.
    """
    try:
        pk, is_owner = read_token(_MANAGE, token), False
    except BadLink:
        pk, is_owner = read_token(_OWN, token), True
    comment = Comment.objects.select_related("article", "parent").filter(pk=pk).first()
    if comment is None or not comment.email:  # an erased one stays as an empty place
        raise BadLink
    return comment, is_owner


# The writer's address


def verify_url(writer: Writer) -> str:
    return _url("verify", make_token(_VERIFY, writer.pk))


def writer_to_verify(token: str) -> Writer:
    """Raises ExpiredLink when the token is old or the writer was erased, BadLink when invalid."""
    writer = Writer.objects.filter(pk=read_token(_VERIFY, token, max_age=VERIFY_WITHIN)).first()
    if writer is None:
        raise ExpiredLink
    return writer


# Links that end the mails. They never expire, so that an old mail still serves to end them.


def mute_all_url(writer: Writer) -> str:
    return _url("mute", make_token(_MUTE, [writer.pk, None]))


def mute_thread_url(writer: Writer, article_id: int) -> str:
    return _url("mute", make_token(_MUTE, [writer.pk, article_id]))


def read_mute_token(token: str) -> tuple[Writer | None, Article | None]:
    """The writer who wants no more mail, and about which article.

    The writer is None after an erasure, the article is None for all articles. Raises BadLink when
    the token is invalid, ExpiredLink when the article is gone.
    """
    writer_id, article_id = read_token(_MUTE, token)
    article = Article.objects.filter(pk=article_id).first()
    if article_id and article is None:
        raise ExpiredLink
    return Writer.objects.filter(pk=writer_id).first(), article


def _url(name: str, token: str) -> str:
    return absolute_url(reverse(f"comments:{name}", args=[token]))
