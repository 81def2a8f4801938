"""Deciding comments, one or many, when several moderators work at once."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from comments.models import AlreadyDecided, Comment, NotAllowed

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# The primary key of a comment, and the version of it that the moderator saw.
SeenVersion = tuple[int, int]


@dataclass(frozen=True)
class Verb:
    """What a moderator can do to a comment. Its label depends on the status: verbs_for()."""

    act: Callable[[Comment, "User", str], None]
    done: Promise | str  # takes %(n)d


@transaction.atomic
def approve_or_keep(comment: Comment, by: "User", reason: str) -> None:
    """Approve a comment, and resolve its reports. Dismiss the reports of a public one.

    Raises AlreadyDecided for a public comment without open reports.
    """
    reports = comment.reports.open()
    if not comment.is_approved:
        comment.approve(by=by)
        reports.resolve(by=by)
    elif reports.exists():
        comment.dismiss_reports(by=by)
    else:
        raise AlreadyDecided


def reject_or_remove(comment: Comment, by: "User", reason: str) -> None:
    """Reject a comment. Remove a public one, so that the thread shows that one was removed."""
    if comment.is_approved:
        comment.remove(by=by, reason=reason)
    else:
        comment.reject(by=by, reason=reason)


VERBS = {
    "approve": Verb(
        approve_or_keep,
        ngettext_lazy("%(n)d comment approved.", "%(n)d comments approved.", "n"),
    ),
    "reject": Verb(
        reject_or_remove,
        ngettext_lazy("%(n)d comment rejected.", "%(n)d comments rejected.", "n"),
    ),
    "spam": Verb(
        lambda comment, by, reason: comment.mark_as_spam(by=by),
        ngettext_lazy("%(n)d comment marked as spam.", "%(n)d comments marked as spam.", "n"),
    ),
    "undo": Verb(
        lambda comment, by, reason: comment.undo(by=by),
        ngettext_lazy("%(n)d decision undone.", "%(n)d decisions undone.", "n"),
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
    """Names and labels of the verbs that a comment's status allows, the likeliest first."""
    offered = _OFFERED[comment.status]
    return [_KEEP, *offered] if reported and comment.is_approved else list(offered)


@dataclass
class Outcome:
    """What one decision about several comments did."""

    # Comments and their new versions, with which the decision can be undone.
    done: dict[int, int] = field(default_factory=dict)
    # Comments that somebody decided or changed first, or whose status does not allow the verb.
    left: list[int] = field(default_factory=list)


def decide(seen: Iterable[SeenVersion], verb: Verb, *, by: "User", reason: str = "") -> Outcome:
    """Decide each comment that still has the version seen. Leave the others as they are."""
    outcome, versions = Outcome(), dict(seen)
    comments = Comment.objects.select_related("article").in_bulk(versions)
    for pk, version in versions.items():
        comment = comments.get(pk)
        if comment is not None and comment.version == version:
            with suppress(AlreadyDecided, NotAllowed):
                verb.act(comment, by, reason)
                outcome.done[pk] = comment.version
    outcome.left = [pk for pk in versions if pk not in outcome.done]
    return outcome
