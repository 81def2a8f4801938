"""What the admin's first page shows of articles."""

from datetime import datetime
from typing import Any

from django import template
from django.db.models import Count
from django.db.models.functions import TruncWeek
from django.template.context import RequestContext
from django.utils.translation import gettext as _

from articles.handing_over.piles import piles_of
from articles.models import Article
from config.web.charts import Chart, by_week, kept, last_weeks

register = template.Library()


@register.inclusion_tag("admin/articles/_desk.html", takes_context=True)
def your_desk(context: RequestContext) -> dict[str, Any]:
    """The articles that wait for the user on the admin's front page."""
    user = context["request"].user
    return {"piles": piles_of(user), "may_write": user.has_perm("articles.add_article")}


@register.inclusion_tag("admin/_charts.html")
def article_figures() -> dict[str, list[Chart]]:
    """Published articles by week."""
    weeks = last_weeks()
    published = kept("articles.published", lambda: _published_since(weeks[0]))
    return {"charts": [by_week(_("Articles published"), weeks, {_("Articles"): published})]}


def _published_since(start: datetime) -> dict[str, int]:
    rows = Article.objects.published().filter(published_at__gte=start).order_by()
    weeks = rows.annotate(week=TruncWeek("published_at")).values_list("week")
    return {f"{week:%Y-%m-%d}": number for week, number in weeks.annotate(number=Count("pk"))}
