"""Comments with all that a moderator looks at before deciding, in as many queries for fifty as for one."""

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
from comments.moderating.queue.tabs import Tab
from comments.moderating.queue.verbs import verbs_for
from comments.querysets import CommentQuerySet
from comments.spam.findings import describe
from comments.writers.history import history_in_words, writers_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

UNDONE_WITHIN = timedelta(days=1)
_TOLD = {
    "approved": gettext_lazy("Approved by %(who)s, %(ago)s"),
    "rejected": gettext_lazy("Rejected by %(who)s, %(ago)s"),
    "spam": gettext_lazy("Marked as spam by %(who)s, %(ago)s"),
    "removed": gettext_lazy("Removed by %(who)s, %(ago)s"),
    "withdrawn": gettext_lazy("Withdrawn by its writer, %(ago)s"),
}
# In a context of their own: many languages bend the word after “ago”, as German does (“vor 2 Tagen”).
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
    reports: list[Report]
    # The words before the first edit, and whose edit it was.
    original: Edit | None
    notes: list[Note]
    held_for: list[str]
    verbs: list[tuple[str, Promise | str]]
    # It belongs in the tab no longer: somebody decided it while the page was open.
    is_settled: bool
    # The viewer's own decision, fresh enough that undoing it is likelier meant than deciding anew.
    is_mine: bool
    told: str


def rows_of(numbers: Iterable[int], *, tab: Tab, viewer: "User") -> list[Row]:
    """In the order of `numbers`; without those that are gone."""
    wanted = list(numbers)
    found = _with_context(wanted)
    writers = writers_of(found.values())
    return [
        _row(found[pk], writers.get(found[pk].email), tab, viewer) for pk in wanted if pk in found
    ]


def _with_context(numbers: list[int]) -> dict[int, Comment]:
    comments: CommentQuerySet = (
        Comment.objects.select_related("article", "parent", "decided_by")
        .prefetch_related(
            Prefetch(
                "reports", Report.objects.select_related("resolved_by"), to_attr="all_reports"
            ),
            Prefetch("edits", Edit.objects.select_related("by"), to_attr="all_edits"),
            Prefetch("notes", Note.objects.select_related("by"), to_attr="all_notes"),
        )
        .defer("article__body", "article__body_html", "article__plain_text", "body_html")
    )
    return comments.in_bulk(numbers)


def _row(comment: Comment, writer: Writer | None, tab: Tab, viewer: "User") -> Row:
    edits, all_reports = vars(comment)["all_edits"], vars(comment)["all_reports"]
    reports = [report for report in all_reports if report.resolved_at is None]
    is_settled = not tab.holds(comment, reported=bool(reports))
    was_kept = is_settled and tab.needs_reports and comment.is_approved
    kept = _dismissed(all_reports) if was_kept else None
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
        is_mine=_is_mine(comment, kept, viewer),
        told=_kept(kept, viewer) if kept else told(comment, viewer),
    )


def _is_mine(comment: Comment, kept: Report | None, viewer: "User") -> bool:
    by, at = (kept.resolved_by, kept.resolved_at) if kept else (comment.decided_by, comment.decided_at)  # fmt: skip
    return by == viewer and at is not None and at > timezone.now() - UNDONE_WITHIN


def _dismissed(reports: list[Report]) -> Report | None:
    """The last answer to reports of a comment that was kept."""
    return max(reports, key=lambda report: report.resolved_at, default=None)  # type: ignore[arg-type, return-value]


def _kept(report: Report, viewer: "User") -> str:
    at = ago(report.resolved_at) if report.resolved_at else ""
    return _("Kept by %(who)s, %(ago)s") % {"who": who_did(report.resolved_by, viewer), "ago": at}


def told(comment: Comment, viewer: "User") -> str:
    """Who decided what, such as “Approved by Ann, 2 minutes ago”; empty while nobody did."""
    if comment.decided_at is None:
        return ""
    who = who_did(comment.decided_by, viewer)
    return str(_TOLD[comment.status]) % {"who": who, "ago": ago(comment.decided_at)}


def who_did(user: "User | None", viewer: "User") -> str:
    return _("you") if user == viewer else name_of(user)


def name_of(user: "User | None") -> str:
    if user is None:
        return _("the program")
    return user.get_full_name() or user.get_username()


def ago(moment: datetime) -> str:
    if timezone.now() - moment < timedelta(minutes=1):
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(moment, time_strings=_AGO, depth=1)}
