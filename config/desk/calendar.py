"""The editorial calendar: a month or a week, and moving a scheduled article to another day."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from articles.handing_over import calendar as of_articles
from articles.models import Article
from articles.models.refusals import StepRefused
from config.web.planning import Entry
from newsletter import calendar as of_newsletter

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SOURCES = (of_articles.entries_of, of_newsletter.entries_of)
SHOWN_A_DAY = 4  # in a month; a week shows all
YEARS = range(1900, 2200)
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Day:
    """`more` entries are shown by the week only."""

    date: date
    is_today: bool
    is_past: bool
    is_outside: bool  # of the month that is shown
    entries: list[Entry] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class Period:
    """The month or the week with a day in it, in whole weeks from Monday on."""

    kind: str
    day: date

    @property
    def first(self) -> date:
        start = self.day if self.kind == "week" else self.day.replace(day=1)
        return start - timedelta(days=start.weekday())

    @property
    def last(self) -> date:
        end = self.day if self.kind == "week" else self.following.day - timedelta(days=1)
        return end + timedelta(days=6 - end.weekday())

    @property
    def following(self) -> "Period":
        if self.kind == "week":
            return Period(self.kind, self.day + _WEEK)
        return Period(self.kind, (self.day.replace(day=1) + timedelta(days=31)).replace(day=1))

    @property
    def previous(self) -> "Period":
        if self.kind == "week":
            return Period(self.kind, self.day - _WEEK)
        return Period(self.kind, (self.day.replace(day=1) - timedelta(days=1)).replace(day=1))

    @property
    def name(self) -> str:
        if self.kind == "month":
            return date_format(self.day, "YEAR_MONTH_FORMAT")
        days = (date_format(day, "DATE_FORMAT") for day in (self.first, self.last))
        return " – ".join(days)

    @property
    def url(self) -> str:
        query = urlencode({"view": self.kind, "day": self.day.isoformat()})
        return f"{reverse('admin:calendar')}?{query}"

    @property
    def as_week(self) -> "Period":
        return Period("week", self.day)

    @property
    def as_month(self) -> "Period":
        return Period("month", self.day)


class MoveForm(forms.Form):
    """A scheduled article, the time at which it stood, and the day that it shall get."""

    article = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    seen = forms.CharField(max_length=40)
    day = forms.DateField(
        error_messages={
            "invalid": gettext_lazy("Enter the day as year, month, day, such as 2026-11-29.")
        }
    )

    def clean_seen(self) -> datetime:
        try:
            moment = parse_datetime(self.cleaned_data["seen"])
            timezone.localtime(moment)
        except (ValueError, OverflowError):  # without a zone, or before the calendar begins
            moment = None
        if moment is None:
            raise forms.ValidationError(
                _("The calendar has changed. Open it again, then move the article.")
            )
        return moment

    def clean_day(self) -> date:
        day = self.cleaned_data["day"]
        if day.year not in YEARS:
            raise forms.ValidationError(_("Choose a day within these years."))
        return day


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Raises PermissionDenied for people who may see neither articles nor issues."""
    if not (request.user.has_perm("articles.view_article") or _sees_issues(request)):
        raise PermissionDenied
    period = _period_of(request.GET)
    found = (
        entry for source in SOURCES for entry in source(request.user, period.first, period.last)
    )
    context = {
        **admin.site.each_context(request),
        "title": _("Calendar"),
        "period": period,
        "days": list(_days(period, sorted(found, key=lambda entry: entry.place))),
        "today": Period(period.kind, timezone.localdate()),
        "sees_issues": _sees_issues(request),
    }
    return TemplateResponse(request, "admin/desk/calendar.html", context)


@require_POST
def move(request: HttpRequest) -> HttpResponse:
    """Move a scheduled article to another day, at the same time of day in the site's zone."""
    if not request.user.has_perm("articles.publish_article"):
        raise PermissionDenied
    form = MoveForm(request.POST)
    back = _period_of(request.POST, day_field="shown")
    if not form.is_valid():
        for problems in form.errors.values():
            messages.error(request, str(problems[0]))
        return redirect(back.url)
    typed = form.cleaned_data
    visible = Article.objects.visible_to(request.user)
    article = get_object_or_404(visible, pk=typed["article"])
    time = timezone.localtime(typed["seen"]).time()
    at = timezone.make_aware(datetime.combine(typed["day"], time))
    try:
        article.reschedule(at=at, seen=typed["seen"], by=cast("User", request.user))
    except StepRefused as problem:
        messages.error(request, f"{_('“%s”') % article.title}: {problem}")
    else:
        said = _("“%(title)s” will appear on %(time)s.")
        when = date_format(timezone.localtime(at), "DATETIME_FORMAT")
        messages.success(request, said % {"title": article.title, "time": when})
        if not back.first <= typed["day"] <= back.last:
            back = Period(back.kind, typed["day"])
    return redirect(f"{back.url}#entry-{article.pk}")


def _sees_issues(request: HttpRequest) -> bool:
    return request.user.has_perm("newsletter.view_issue")


def _period_of(given: Any, day_field: str = "day") -> Period:
    """The period that an address or a form names; the present month by default. Raises Http404."""
    typed, kind = given.get(day_field, ""), given.get("view", "month")
    try:
        day = date.fromisoformat(typed) if typed else timezone.localdate()
    except ValueError as error:
        raise Http404 from error
    if day.year not in YEARS or kind not in ("month", "week"):
        raise Http404
    return Period(kind, day)


def _days(period: Period, entries: list[Entry]) -> Any:
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_day[entry.day].append(entry)
    shown = SHOWN_A_DAY if period.kind == "month" else None
    today = timezone.localdate()
    for number in range((period.last - period.first).days + 1):
        day = period.first + timedelta(days=number)
        found = by_day[day]
        is_outside = period.kind == "month" and day.month != period.day.month
        here = found[:shown]
        yield Day(day, day == today, day < today, is_outside, here, len(found) - len(here))
