"""Deciding comments, one or many, when several moderators work at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from comments.models import AlreadyDecided, Comment

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class Verb:
    """What a moderator can do to a comment."""

    act: Callable[..., None]
    label: Promise | str
    done: Promise | str  # takes %(n)d
    takes_reason: bool = False

    def decide(self, comment: Comment, *, by: "User", reason: str = "") -> None:
        self.act(comment, by=by, **({"reason": reason} if self.takes_reason else {}))


VERBS = {
    "approve": Verb(
        Comment.approve,
        _("Approve"),
        ngettext_lazy("%(n)d comment approved.", "%(n)d comments approved.", "n"),
    ),
    "reject": Verb(
        Comment.reject,
        _("Reject"),
        ngettext_lazy("%(n)d comment rejected.", "%(n)d comments rejected.", "n"),
        takes_reason=True,
    ),
    "spam": Verb(
        Comment.mark_as_spam,
        _("Spam"),
        ngettext_lazy("%(n)d comment marked as spam.", "%(n)d comments marked as spam.", "n"),
    ),
    "remove": Verb(
        Comment.remove,
        _("Remove"),
        ngettext_lazy("%(n)d comment removed.", "%(n)d comments removed.", "n"),
        takes_reason=True,
    ),
}
_OFFERED = {
    "pending": ("approve", "reject", "spam"),
    "held": ("approve", "reject", "spam"),
    "approved": ("remove", "spam"),
    "rejected": ("approve", "spam"),
    "spam": ("approve", "reject"),
    "removed": ("approve", "spam"),
    "withdrawn": (),
}


def verbs_for(comment: Comment) -> list[tuple[str, Verb]]:
    """What makes sense for a comment as it stands, the likeliest first."""
    return [(name, VERBS[name]) for name in _OFFERED[comment.status]]


def decide(
    comments: Iterable[Comment], verb: Verb, *, by: "User", seen_at: datetime, reason: str = ""
) -> tuple[int, int]:
    """Decide each comment, unless somebody did since `seen_at`, when this moderator's page was made.

    Returns how many were decided, and how many were left as somebody else had decided them.
    """
    done = left = 0
    for comment in comments:
        try:
            _refuse_if_decided_since(comment, seen_at)
            verb.decide(comment, by=by, reason=reason)
            done += 1
        except AlreadyDecided:
            left += 1
    return done, left


def _refuse_if_decided_since(comment: Comment, seen_at: datetime) -> None:
    if comment.decided_at is not None and comment.decided_at > seen_at:
        raise AlreadyDecided(_("Somebody else decided this comment in the meantime."))
