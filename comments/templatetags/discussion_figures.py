"""What the admin's first page draws of comments."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.db.models import Aggregate, Case, Count, DurationField, F, Value, When
from django.db.models.functions import TruncWeek
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.handing_over.ranking import ranked
from comments.models import Comment, Decision, MostDiscussed
from comments.models.most_discussed import RECENT
from config.web.charts import Chart, by_week, count_by_week, kept, last_weeks

register = template.Library()

_HOUR = timedelta(hours=1)
SHOWN = 10  # of the most discussed articles
# Waiting for less than so many hours.
_AGES = (1, 6, 24, 72)


class _Median(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@register.inclusion_tag("admin/_charts.html")
def discussion_figures() -> dict[str, list[Chart]]:
    """Comments and the median time to a decision by week, and how long comments wait now."""
    weeks = last_weeks()
    comments = Comment.objects.all()
    arrived = kept("comments.arrived", lambda: count_by_week(comments, "created_at", weeks[0]))
    decided = kept("comments.decided", lambda: _hours_to_decision_since(weeks[0]))
    waiting = kept("comments.waiting", _waiting_by_age)
    hours = {_("Hours"): decided}
    median = by_week(_("Median time to decision"), weeks, hours, unit=_("h"), missing=None)
    ages = [_("under 1 h"), _("1–6 h"), _("6–24 h"), _("1–3 days"), _("longer")]
    rows = [(age, [number]) for age, number in zip(ages, waiting, strict=True)]
    return {
        "charts": [
            by_week(_("Comments received"), weeks, {_("Comments"): arrived}),
            median,
            Chart(_("Comments waiting now, by age"), [_("Comments")], rows, _("Age")),
        ]
    }


@register.inclusion_tag("admin/comments/_most_discussed.html")
def most_discussed_articles() -> dict[str, Any]:
    """The articles with most published comments in recent weeks, as the front page has them."""
    (lines,) = ranked(kept("comments.discussed", _comments_of_most_discussed))
    return {"lines": lines, "days": RECENT.days}


def _comments_of_most_discussed() -> list[tuple[int, int]]:
    chosen = MostDiscussed.objects.values_list("numbers", flat=True).first() or []
    recent = Comment.objects.approved().filter(decided_at__gt=timezone.now() - RECENT)
    counts = recent.filter(article__in=chosen).order_by().values_list("article")
    return sorted(counts.annotate(number=Count("pk")), key=lambda row: (-row[1], row[0]))[:SHOWN]


def _hours_to_decision_since(start: datetime) -> dict[str, float]:
    """Of decisions by people about comments that waited."""
    made = Decision.objects.filter(at__gte=start, was__in=Comment.AWAITING, by__isnull=False)
    made = made.exclude(became__in=Comment.AWAITING).order_by()
    weeks = made.annotate(week=TruncWeek("at")).values_list("week")
    medians = weeks.annotate(median=_Median(F("at") - F("comment__created_at")))
    return {f"{week:%Y-%m-%d}": round(median / _HOUR, 1) for week, median in medians}


def _waiting_by_age() -> list[int]:
    now = timezone.now()
    steps = [
        When(created_at__gt=now - hours * _HOUR, then=Value(place))
        for place, hours in enumerate(_AGES)
    ]
    rows = Comment.objects.awaiting_moderation().order_by()
    places: Any = rows.annotate(place=Case(*steps, default=Value(len(_AGES)))).values_list("place")
    found = dict(places.annotate(number=Count("pk")))
    return [found.get(place, 0) for place in range(len(_AGES) + 1)]
