"""The rows of the queue: comments with all that a moderator looks at before deciding."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from comments.models import Comment, Edit, Note, Report, Writer
from comments.moderating.history import history_in_words, writers_of
from comments.moderating.queue.tabs import Tab
from comments.moderating.queue.verbs import verbs_for
from comments.querysets import CommentQuerySet
from comments.spam.findings import describe

if TYPE_CHECKING:
    from django.contrib.auth.models import User

UNDONE_WITHIN = timedelta(days=1)
_DECISIONS = {
    "approved": gettext_lazy("Approved by %(who)s, %(ago)s"),
    "rejected": gettext_lazy("Rejected by %(who)s, %(ago)s"),
    "spam": gettext_lazy("Marked as spam by %(who)s, %(ago)s"),
    "removed": gettext_lazy("Removed by %(who)s, %(ago)s"),
    "withdrawn": gettext_lazy("Withdrawn by the commenter, %(ago)s"),
}
# The context "ago" is needed: many languages inflect the unit, as German does (“vor 2 Tagen”).
_AGO: dict[str, Any] = {
    "year": npgettext_lazy("ago", "%(num)d year", "%(num)d years", "num"),
    "month": npgettext_lazy("ago", "%(num)d month", "%(num)d months", "num"),
    "week": npgettext_lazy("ago", "%(num)d week", "%(num)d weeks", "num"),
    "day": npgettext_lazy("ago", "%(num)d day", "%(num)d days", "num"),
    "hour": npgettext_lazy("ago", "%(num)d hour", "%(num)d hours", "num"),
    "minute": npgettext_lazy("ago", "%(num)d minute", "%(num)d minutes", "num"),
}


@dataclass(frozen=True)
class Row:
    comment: Comment
    writer: Writer | None
    history: str
    reports: list[Report]  # the open ones
    original: Edit | None  # the first edit, which keeps the words before it
    notes: list[Note]
    held_for: list[str]
    verbs: list[tuple[str, Promise | str]]
    # It does not belong in the tab any more: somebody decided it while the page was open.
    is_settled: bool
    # The viewer decided it a short time ago, so that an undo is offered before other verbs.
    is_mine: bool
    decision: str


def rows_of(pks: Iterable[int], *, tab: Tab, viewer: "User") -> list[Row]:
    """The rows of comments in the order of `pks`, without those that were erased.

    The number of queries does not depend on the number of comments.
    """
    wanted = list(pks)
    reports = Report.objects.select_related("resolved_by")
    edits, notes = Edit.objects.select_related("by"), Note.objects.select_related("by")
    comments: CommentQuerySet = (
        Comment.objects.select_related("article", "parent", "decided_by")
        .prefetch_related(
            Prefetch("reports", reports, to_attr="all_reports"),
            Prefetch("edits", edits, to_attr="all_edits"),
            Prefetch("notes", notes, to_attr="all_notes"),
        )
        .defer("article__body", "article__body_html", "article__plain_text", "body_html")
    )
    found = comments.in_bulk(wanted)
    writers = writers_of(found.values())
    return [
        _row(found[pk], writers.get(found[pk].email), tab, viewer) for pk in wanted if pk in found
    ]


def _row(comment: Comment, writer: Writer | None, tab: Tab, viewer: "User") -> Row:
    edits, all_reports = vars(comment)["all_edits"], vars(comment)["all_reports"]
    reports = [report for report in all_reports if report.resolved_at is None]
    is_settled = not tab.holds(comment, reported=bool(reports))
    by, at, decision = _last_decision(
        comment, viewer, all_reports if is_settled and tab.needs_reports else []
    )
    return Row(
        comment=comment,
        writer=writer,
        history=history_in_words(writer),
        reports=reports,
        original=edits[-1] if edits else None,  # the newest stands first
        notes=vars(comment)["all_notes"],
        held_for=describe(comment.held_for),
        verbs=verbs_for(comment, reported=bool(reports)),
        is_settled=is_settled,
        is_mine=by == viewer and at is not None and at > timezone.now() - UNDONE_WITHIN,
        decision=decision,
    )


def _last_decision(
    comment: Comment, viewer: "User", resolved: list[Any]
) -> "tuple[User | None, datetime | None, str]":
    """Who decided, when, and both in words.

    For a public comment whose reports are all resolved this is the last answer to a report.
    """
    if not resolved or not comment.is_approved:
        return comment.decided_by, comment.decided_at, decision_in_words(comment, viewer)
    last = max(resolved, key=lambda report: report.resolved_at)
    names = {"who": who_did(last.resolved_by, viewer), "ago": ago(last.resolved_at)}
    return last.resolved_by, last.resolved_at, _("Kept by %(who)s, %(ago)s") % names


def decision_in_words(comment: Comment, viewer: "User") -> str:
    """Such as “Approved by Ann, 2 minutes ago”; "" for a comment without a decision."""
    if comment.decided_at is None:
        return ""
    who = who_did(comment.decided_by, viewer)
    return str(_DECISIONS[comment.status]) % {"who": who, "ago": ago(comment.decided_at)}


def who_did(user: "User | None", viewer: "User") -> str:
    return _("you") if user == viewer else name_of(user)


def name_of(user: "User | None") -> str:
    """The name of a user who decided; None stands for the program."""
    if user is None:
        return _("Colophon")
    return user.get_full_name() or user.get_username()


def ago(moment: datetime) -> str:
    """Such as “2 minutes ago”, in one unit."""
    if timezone.now() - moment < timedelta(minutes=1):
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(moment, time_strings=_AGO, depth=1)}
