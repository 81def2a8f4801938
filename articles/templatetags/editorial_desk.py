"""What the admin's first page shows of articles."""

from functools import partial
from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.translation import gettext as _

from articles.handing_over.piles import piles_of
from articles.handing_over.ranking import ranked
from articles.models import Article, read_count
from config.web.charts import Chart, by_week, count_by_week, kept, last_weeks

register = template.Library()

MOST_READ_DAYS = (7, 28)
MOST_READ = 10


@register.inclusion_tag("admin/articles/_desk.html", takes_context=True)
def your_desk(context: RequestContext) -> dict[str, Any]:
    """The articles that wait for the user on the admin's front page."""
    user = context["request"].user
    return {"piles": piles_of(user), "may_write": user.has_perm("articles.add_article")}


@register.inclusion_tag("admin/_charts.html")
def article_figures() -> dict[str, list[Chart]]:
    """Published articles by week."""
    weeks = last_weeks()
    rows = Article.objects.published()
    published = kept("articles.published", lambda: count_by_week(rows, "published_at", weeks[0]))
    return {"charts": [by_week(_("Articles published"), weeks, {_("Articles"): published})]}


@register.inclusion_tag("admin/articles/_most_read.html")
def most_read() -> dict[str, Any]:
    """The articles that readers opened most often in the last days, in a table for each time."""
    found = [
        kept(f"articles.read.{days}", partial(read_count.most_read, MOST_READ, days=days))
        for days in MOST_READ_DAYS
    ]
    return {"tables": list(zip(MOST_READ_DAYS, ranked(*found), strict=True))}
