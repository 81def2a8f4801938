"""Comments with all that a moderator looks at before deciding, in as many queries for fifty as for one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.models import Comment, Edit, Note, Report, Writer
from comments.queue.tabs import Tab
from comments.queue.verbs import verbs_for
from comments.spam.findings import describe

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_TOLD = {
    "approved": gettext_lazy("Approved by %(who)s, %(ago)s"),
    "rejected": gettext_lazy("Rejected by %(who)s, %(ago)s"),
    "spam": gettext_lazy("Marked as spam by %(who)s, %(ago)s"),
    "removed": gettext_lazy("Removed by %(who)s, %(ago)s"),
    "withdrawn": gettext_lazy("Withdrawn by its writer, %(ago)s"),
}


@dataclass(frozen=True)
class Row:
    comment: Comment
    writer: Writer | None
    reports: list[Report]
    # The words before the first edit, and whose edit it was.
    original: Edit | None
    notes: list[Note]
    held_for: list[str]
    verbs: list[tuple[str, Promise | str]]
    # It belongs in the tab no longer: somebody decided it while the page was open.
    is_settled: bool
    is_mine: bool
    told: str


def rows_of(numbers: Iterable[int], *, tab: Tab, viewer: "User") -> list[Row]:
    """In the order of `numbers`; without those that are gone."""
    wanted = list(numbers)
    found = _with_context(wanted)
    addresses = {comment.email.lower() for comment in found.values()}
    writers = {writer.email: writer for writer in Writer.objects.filter(email__in=addresses)}
    return [
        _row(found[pk], writers.get(found[pk].email.lower()), tab, viewer)
        for pk in wanted
        if pk in found
    ]


def _with_context(numbers: list[int]) -> dict[int, Comment]:
    comments = (
        Comment.objects.select_related("article", "parent", "decided_by")
        .prefetch_related(
            Prefetch("reports", Report.objects.open(), to_attr="open_reports"),
            Prefetch("edits", Edit.objects.select_related("by"), to_attr="all_edits"),
            Prefetch("notes", Note.objects.select_related("by"), to_attr="all_notes"),
        )
        .defer("article__body", "article__body_html", "article__plain_text", "body_html")
    )
    return comments.in_bulk(numbers)


def _row(comment: Comment, writer: Writer | None, tab: Tab, viewer: "User") -> Row:
    reports, edits = vars(comment)["open_reports"], vars(comment)["all_edits"]
    return Row(
        comment=comment,
        writer=writer,
        reports=reports,
        original=edits[-1] if edits else None,  # the newest stands first
        notes=vars(comment)["all_notes"],
        held_for=describe(comment.held_for),
        verbs=verbs_for(comment),
        is_settled=not tab.holds(comment, reported=bool(reports)),
        is_mine=comment.decided_by_id == viewer.pk,
        told=told(comment, viewer),
    )


def told(comment: Comment, viewer: "User") -> str:
    """Who decided what, such as “Approved by Ann, 2 minutes ago”; empty while nobody did."""
    if comment.decided_at is None:
        return ""
    who = _("you") if comment.decided_by_id == viewer.pk else name_of(comment.decided_by)
    return str(_TOLD[comment.status]) % {"who": who, "ago": ago(comment.decided_at)}


def name_of(user: "User | None") -> str:
    if user is None:
        return _("the program")
    return user.get_full_name() or user.get_username()


def ago(moment: datetime) -> str:
    if timezone.now() - moment < timedelta(minutes=1):
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(moment, depth=1)}
