"""The links that a writer gets: each is signed, good for one thing, and needs no login."""

from django.urls import reverse

from comments.models import Comment
from config.web.signed_links import BadLink, make_token, read_token
from config.web.site import absolute_url

_MANAGE = "comment"


def manage_path(comment: Comment) -> str:
    """The comment's own page, for the one who wrote it: good for ever, for seeing it and taking it back."""
    return reverse("comments:awaiting", args=[make_token(_MANAGE, comment.pk)])


def manage_url(comment: Comment) -> str:
    return absolute_url(manage_path(comment))


def comment_to_manage(token: str) -> Comment:
    """Raises BadLink when it is no such link of ours, or the comment was erased since."""
    pk = read_token(_MANAGE, token)
    comment = Comment.objects.select_related("article", "parent").filter(pk=pk).first()
    if comment is None:
        raise BadLink
    return comment
