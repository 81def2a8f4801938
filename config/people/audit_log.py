"""The audit log in the admin: who did what about people, publishing, exports and settings.

What apps log anyway is read where it stands: the steps of articles in their revisions, changes of
settings in the admin's own log.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from heapq import merge
from itertools import islice
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from articles.models import Revision
from config.web.audit import AuditEntry
from config.web.text.fields import LineInput

SHOWN = 50
Action, Step = AuditEntry.Action, Revision.Action
_LOG_INS = [Action.LOGGED_IN, Action.LOG_IN_FAILED]
_STEPS = [Step.APPROVED, Step.SCHEDULED, Step.PUBLISHED, Step.WITHDRAWN]
# Rows whose changes are changes of settings, as app and model.
_SETTINGS = [
    ("auth", "group"),
    ("auth", "user"),
    ("comments", "discussionsettings"),
    ("comments", "rejectionreason"),
    ("comments", "restriction"),
]


@dataclass(frozen=True)
class Line:
    """One act as the page shows it."""

    at: datetime
    what: str
    who: str
    detail: str
    network: str = ""


class SearchForm(forms.Form):
    q = LineInput(label=gettext_lazy("Name or words"), required=False, max_length=100)
    what = forms.ChoiceField(
        label=gettext_lazy("What"),
        required=False,
        choices=[
            ("", gettext_lazy("Everything")),
            ("log_ins", gettext_lazy("Log-ins")),
            ("people", gettext_lazy("Invitations, roles, passwords")),
            ("publishing", gettext_lazy("Publishing")),
            ("exports", gettext_lazy("Exports")),
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
        "people": AuditEntry.objects.exclude(action__in=[*_LOG_INS, Action.EXPORTED]),
        "exports": AuditEntry.objects.filter(action=Action.EXPORTED),
    }
    sources: list[Iterable[Line]] = []
    if what in entries:
        rows = _narrowed(entries[what], words, before, "at", "name", "detail")
        sources.append(
            Line(row.at, row.get_action_display(), row.name, row.detail, row.network)
            for row in rows
        )
    if what in {"", "publishing"}:
        steps = Revision.objects.filter(action__in=_STEPS).defer("content")
        steps = steps.select_related("by", "article").order_by("-pk")
        sources.append(
            _of_steps(_narrowed(steps, words, before, "at", "by__username", "article__title"))
        )
    if what in {"", "settings"}:
        kinds = Q()
        for app, model in _SETTINGS:
            kinds |= Q(content_type__app_label=app, content_type__model=model)
        changes = LogEntry.objects.filter(kinds).select_related("user", "content_type")
        names = ("user__username", "object_repr")
        sources.append(_of_changes(_narrowed(changes, words, before, "action_time", *names)))
    return sources


def _narrowed(
    rows: QuerySet[Any], words: str, before: datetime | None, time_field: str, *texts: str
) -> QuerySet[Any]:
    """As many rows as a page can need, with each of the words in one of the texts."""
    if before:
        rows = rows.filter(**{f"{time_field}__lt": before})
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


def _of_changes(rows: Iterable[LogEntry]) -> Iterator[Line]:
    for row in rows:
        model = row.content_type.model_class() if row.content_type else None
        name = str(model._meta.verbose_name) if model else ""
        detail = f"{name} “{row.object_repr}”: {row.get_change_message()}"
        yield Line(row.action_time, _("Settings"), row.user.get_username(), detail)


def _read_time(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and timezone.is_aware(moment) else None
