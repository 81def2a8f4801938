"""What the admin's first page draws of the newsletter."""

from datetime import datetime

from django import template
from django.db.models import Count
from django.db.models.functions import TruncWeek
from django.utils.translation import gettext as _

from config.web.charts import Chart, by_week, kept, last_weeks
from newsletter.models import Subscriber

register = template.Library()


@register.inclusion_tag("admin/_charts.html")
def subscriber_figures() -> dict[str, list[Chart]]:
    """Subscribers gained and lost by week."""
    weeks = last_weeks()
    gained = kept("newsletter.gained", lambda: _since(weeks[0], "confirmed_at"))
    lost = kept("newsletter.lost", lambda: _since(weeks[0], "unsubscribed_at"))
    return {"charts": [by_week(_("Subscribers"), weeks, {_("Gained"): gained, _("Lost"): lost})]}


def _since(start: datetime, event: str) -> dict[str, int]:
    """How many subscribers have this time, by week. One who never confirmed is none."""
    rows = Subscriber.objects.filter(**{f"{event}__gte": start}, confirmed_at__isnull=False)
    weeks = rows.order_by().annotate(week=TruncWeek(event)).values_list("week")
    return {f"{week:%Y-%m-%d}": number for week, number in weeks.annotate(number=Count("pk"))}
