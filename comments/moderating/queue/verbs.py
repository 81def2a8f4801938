"""Deciding comments, one or many, when several moderators work at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from comments.models import AlreadyDecided, Comment, NotAllowed

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# A comment, and the version of it that the moderator saw.
Item = tuple[int, int]


@dataclass(frozen=True)
class Verb:
    """What a moderator can do to a comment. What it is called depends on where the comment stands: verbs_for()."""

    act: Callable[[Comment, "User", str], None]
    done: Promise | str  # takes %(n)d


@transaction.atomic
def _approve(comment: Comment, by: "User", reason: str) -> None:
    """What is public already is kept, in spite of readers' reports."""
    reports = comment.reports.open()
    if not comment.is_approved:
        comment.approve(by=by)
        reports.resolve(by=by)
    elif reports.exists():
        comment.dismiss_reports(by=by)
    else:
        raise AlreadyDecided


def _reject(comment: Comment, by: "User", reason: str) -> None:
    """What is public is removed, which readers of the thread are told."""
    if comment.is_approved:
        comment.remove(by=by, reason=reason)
    else:
        comment.reject(by=by, reason=reason)


def _spam(comment: Comment, by: "User", reason: str) -> None:
    comment.mark_as_spam(by=by)


def _undo(comment: Comment, by: "User", reason: str) -> None:
    comment.undo(by=by)


VERBS = {
    "approve": Verb(
        _approve, ngettext_lazy("%(n)d comment approved.", "%(n)d comments approved.", "n")
    ),
    "reject": Verb(
        _reject, ngettext_lazy("%(n)d comment rejected.", "%(n)d comments rejected.", "n")
    ),
    "spam": Verb(
        _spam, ngettext_lazy("%(n)d comment marked as spam.", "%(n)d comments marked as spam.", "n")
    ),
    "undo": Verb(
        _undo, ngettext_lazy("%(n)d decision taken back.", "%(n)d decisions taken back.", "n")
    ),
}
_APPROVE, _REJECT, _SPAM = ("approve", _("Approve")), ("reject", _("Reject")), ("spam", _("Spam"))
_KEEP, _REMOVE = ("approve", _("Keep")), ("reject", _("Remove"))
_OFFERED = {
    "pending": [_APPROVE, _REJECT, _SPAM],
    "held": [_APPROVE, _REJECT, _SPAM],
    "approved": [_REMOVE, _SPAM],
    "rejected": [_APPROVE, _SPAM],
    "spam": [_APPROVE, _REJECT],
    "removed": [_APPROVE, _SPAM],
    "withdrawn": [],
    "repeated": [],
}


def verbs_for(comment: Comment, *, reported: bool = False) -> list[tuple[str, Promise | str]]:
    """Names and labels of what makes sense for a comment as it stands, the likeliest first."""
    offered = _OFFERED[comment.status]
    return [_KEEP, *offered] if reported and comment.is_approved else list(offered)


@dataclass
class Outcome:
    # Comments and their new versions, with which the decision can be undone.
    done: dict[int, int] = field(default_factory=dict)
    # Decided or changed by somebody else since the moderator saw them, or not to be done: left as they are.
    left: list[int] = field(default_factory=list)


def decide(items: Iterable[Item], verb: Verb, *, by: "User", reason: str = "") -> Outcome:
    """Decide each comment that still is the version seen."""
    outcome, seen = Outcome(), dict(items)
    comments = Comment.objects.select_related("article").in_bulk(seen)
    for pk, version in seen.items():
        comment = comments.get(pk)
        if comment is not None and _decide(comment, version, verb, by, reason):
            outcome.done[pk] = comment.version
        else:
            outcome.left.append(pk)
    return outcome


def _decide(comment: Comment, version: int, verb: Verb, by: "User", reason: str) -> bool:
    if comment.version != version:
        return False
    try:
        verb.act(comment, by, reason)
    except (AlreadyDecided, NotAllowed):
        return False
    return True
