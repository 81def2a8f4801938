"""The audit log in the admin: who did what about people, publishing, exports and settings.

The steps of articles and newsletter issues are read where they stand, and what was deleted in the
admin's own log: the steps of an article go with it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from heapq import merge
from itertools import islice
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import DELETION, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from articles.models import Revision
from config.web.audit import AuditEntry
from config.web.text.fields import LineInput
from newsletter.models import Issue, IssueStep

SHOWN = 50
Action, Step = AuditEntry.Action, Revision.Action
_LOG_INS = [Action.LOGGED_IN, Action.LOG_IN_FAILED]
_EXPORTS = [Action.EXPORTED, Action.IMPORTED]
_SETTINGS = [Action.SETTINGS_CHANGED, Action.MAIL_RELEASED]
_STEPS = [
    *(Step.APPROVED, Step.SCHEDULED, Step.PUBLISHED, Step.WITHDRAWN),
    *(Step.CHANGED, Step.CHANGES_SCHEDULED, Step.WITHDRAWAL_SCHEDULED, Step.CALLED_OFF),
    *(Step.STOPPED, Step.SIGN_OFF_ACCEPTED),
    *(Step.REVIEWED, Step.PICKED, Step.UNPICKED),
]
# What became of an issue by each of its steps.
_OF_ISSUES = {
    "schedule": Issue.Status.SCHEDULED,
    "take_back": Issue.Status.DRAFT,
    "late": Issue.Status.LATE,
    "start": Issue.Status.SENDING,
    "pause": Issue.Status.PAUSED,
    "resume": Issue.Status.SENDING,
    "send_doubt": Issue.Status.SENDING,
    "cancel": Issue.Status.CANCELLED,
    "finish": Issue.Status.SENT,
}


@dataclass(frozen=True)
class Line:
    """One act as the page shows it."""

    at: datetime
    what: str
    who: str
    detail: str
    network: str = ""


class SearchForm(forms.Form):
    q = LineInput(label=gettext_lazy("Name or text"), required=False, max_length=100)
    what = forms.ChoiceField(
        label=gettext_lazy("Event"),
        required=False,
        choices=[
            ("", gettext_lazy("Everything")),
            ("log_ins", gettext_lazy("Log-ins")),
            ("people", gettext_lazy("Invitations, roles, passwords")),
            ("publishing", gettext_lazy("Publishing")),
            ("exports", gettext_lazy("Exports and imports")),
            ("settings", gettext_lazy("Settings")),
        ],
    )
    until = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    """A page of the log, the newest first. `before` is where the page before it ended."""
    if not request.user.has_perm("web.view_auditentry"):
        raise PermissionDenied
    form = SearchForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    before = _read_time(request.GET.get("before", ""))
    if before is None and (until := chosen.get("until")):
        before = timezone.make_aware(datetime.combine(until, time.max))
    sources = _sources(chosen.get("what", ""), chosen.get("q", ""), before)
    newest = merge(*sources, key=lambda line: line.at, reverse=True)
    lines = list(islice(newest, SHOWN + 1))
    older = request.GET.copy()
    older["before"] = lines[SHOWN - 1].at.isoformat() if len(lines) > SHOWN else ""
    context = {
        **admin.site.each_context(request),
        "title": _("Audit log"),
        "form": form,
        "lines": lines[:SHOWN],
        "older": older.urlencode() if len(lines) > SHOWN else "",
    }
    return TemplateResponse(request, "admin/people/audit_log.html", context)


def _sources(what: str, words: str, before: datetime | None) -> list[Iterable[Line]]:
    """The lines of each log that is wanted, the newest first."""
    entries = {
        "": AuditEntry.objects.all(),
        "log_ins": AuditEntry.objects.filter(action__in=_LOG_INS),
        "people": AuditEntry.objects.exclude(action__in=[*_LOG_INS, *_EXPORTS, *_SETTINGS]),
        "exports": AuditEntry.objects.filter(action__in=_EXPORTS),
        "settings": AuditEntry.objects.filter(action__in=_SETTINGS),
    }
    sources: list[Iterable[Line]] = []
    if what in entries:
        rows = _narrowed(entries[what], words, before, "name", "detail")
        sources.append(
            Line(row.at, row.get_action_display(), row.name, row.detail, row.network)
            for row in rows
        )
    if what in {"", "publishing"}:
        steps = Revision.objects.filter(action__in=_STEPS).defer("content")
        steps = steps.select_related("by", "article").order_by("-pk")
        sources.append(_of_steps(_narrowed(steps, words, before, "by__username", "article__title")))
        sent = IssueStep.objects.filter(action__in=_OF_ISSUES).select_related("by", "issue")
        sent = sent.only("at", "action", "reason", "by__username", "issue__subject")
        sources.append(_of_issues(_narrowed(sent, words, before, "by__username", "issue__subject")))
        gone: QuerySet[Any] = LogEntry.objects.filter(
            action_flag=DELETION, content_type__app_label="articles"
        )
        gone = gone.select_related("user", "content_type").order_by("-pk")
        gone = gone.annotate(at=F("action_time"))
        gone = _narrowed(gone, words, before, "user__username", "object_repr")
        sources.append(
            Line(
                row.at,
                capfirst(_("deleted")),
                row.user.get_username(),
                f"{capfirst(row.content_type.name)} “{row.object_repr}”",
            )
            for row in gone
        )
    return sources


def _narrowed(
    rows: QuerySet[Any], words: str, before: datetime | None, *texts: str
) -> QuerySet[Any]:
    """As many rows as a page can need, with each of the words in one of the texts."""
    if before:
        rows = rows.filter(at__lt=before)
    for word in words.split():
        found = Q()
        for text in texts:
            found |= Q(**{f"{text}__icontains": word})
        rows = rows.filter(found)
    return rows[: SHOWN + 1]


def _of_steps(rows: Iterable[Revision]) -> Iterator[Line]:
    for row in rows:
        who = row.by.get_username() if row.by else ""
        detail = f"{row.article} – {row.reason}" if row.reason else str(row.article)
        yield Line(row.at, row.get_action_display(), who, detail)


def _of_issues(rows: Iterable[IssueStep]) -> Iterator[Line]:
    for row in rows:
        who = row.by.get_username() if row.by else ""
        issue = f"{capfirst(str(Issue._meta.verbose_name))} “{row.issue}”"
        detail = f"{issue} – {row.reason}" if row.reason else issue
        yield Line(row.at, str(_OF_ISSUES[row.action].label), who, detail)


def _read_time(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and timezone.is_aware(moment) else None
