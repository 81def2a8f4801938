from typing import Any

from django import template
from django.db.models import QuerySet
from django.template.context import RequestContext
from django.utils.translation import gettext as _

from articles.models import Article

register = template.Library()

_SHOWN = 5


@register.inclusion_tag("admin/articles/_desk.html", takes_context=True)
def your_desk(context: RequestContext) -> dict[str, Any]:
    """The articles that wait for the user on the admin's front page."""
    user = context["request"].user
    mine = Article.objects.visible_to(user)
    piles: list[tuple[str, str, QuerySet[Article]]] = []
    if user.has_perm("articles.publish_article"):
        piles = [
            (_("In review"), "in_review", mine.filter(status="in_review")),
            (_("Scheduled"), "scheduled", mine.scheduled().order_by("published_at")),
            (_("Unpublished changes"), "changed", mine.filter(working_copy__isnull=False)),
        ]
    elif user.has_perm("articles.view_article"):
        piles = [
            (_("Your drafts"), "draft", mine.filter(status="draft")),
            (_("Yours in review"), "in_review", mine.filter(status="in_review")),
        ]
    return {
        "piles": [
            {
                "title": title,
                "state": state,
                "articles": list(rows.only("title", "modified_at", "published_at")[: _SHOWN + 1]),
            }
            for title, state, rows in piles
        ],
        "shown": _SHOWN,
        "may_write": user.has_perm("articles.add_article"),
    }
