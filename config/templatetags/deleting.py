"""What to do instead of deleting a row that others need."""

from collections.abc import Iterator
from typing import Any

from django import template
from django.db import models
from django.utils.translation import ngettext_lazy

from articles.models import Article, Image, Page

register = template.Library()

_IN_TEXTS = ngettext_lazy(
    "“%(row)s” is used in the text of %(count)s article or page. Remove it there first.",
    "“%(row)s” is used in the text of %(count)s articles and pages. Remove it there first.",
    "count",
)
# By the row and the rows that need it, as app.model.
_ADVICE = {
    ("articles.topic", "articles.article"): ngettext_lazy(
        "%(count)s article has the topic “%(row)s”. Give it another topic first.",
        "%(count)s articles have the topic “%(row)s”. Give them another topic first.",
        "count",
    ),
    ("articles.image", "articles.article"): ngettext_lazy(
        "%(count)s article shows “%(row)s”. Choose another picture there first.",
        "%(count)s articles show “%(row)s”. Choose another picture there first.",
        "count",
    ),
    ("articles.image", "articles.author"): ngettext_lazy(
        "“%(row)s” is the portrait of %(count)s person. Choose another portrait there first.",
        "“%(row)s” is the portrait of %(count)s people. Choose another portrait there first.",
        "count",
    ),
    ("articles.image", "newsletter.block"): ngettext_lazy(
        "%(count)s newsletter block shows “%(row)s”. Remove it there first.",
        "%(count)s newsletter blocks show “%(row)s”. Remove it there first.",
        "count",
    ),
    ("articles.author", "articles.contribution"): ngettext_lazy(
        "%(row)s is named in %(count)s article. Name someone else there first.",
        "%(row)s is named in %(count)s articles. Name someone else there first.",
        "count",
    ),
    ("articles.article", "comments.comment"): ngettext_lazy(
        "%(count)s comment belongs to “%(row)s”. Withdraw the article instead.",
        "%(count)s comments belong to “%(row)s”. Withdraw the article instead.",
        "count",
    ),
}


@register.filter
def what_to_do_instead(rows: Any) -> Iterator[str]:
    """One sentence for each kind of row that needs one of `rows` (a row, or several)."""
    for row in [rows] if isinstance(rows, models.Model) else rows:
        for relation in row._meta.get_fields(include_hidden=True):
            if not isinstance(relation, models.ForeignObjectRel):
                continue
            needing = relation.related_model
            text = _ADVICE.get((row._meta.label_lower, needing._meta.label_lower))
            if text is None or relation.on_delete is not models.PROTECT:
                continue
            count = needing._base_manager.filter(**{relation.field.name: row}).count()
            if count:
                yield str(text % {"count": count, "row": row})
        if isinstance(row, Image):  # no foreign key leads from a text to its pictures
            name = str(row.file.name)
            count = Article.objects.naming_file(name).count()
            count += Page.objects.filter(body__contains=name).count()
            if count:
                yield str(_IN_TEXTS % {"count": count, "row": row})
