"""The approved comments of an article as JSON, in reading order."""

import re
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from articles.models import Article
from comments.models import Comment
from comments.models.comment import PATH_LENGTH
from config.web.api import api_view, bad_cursor, list_answer, moment
from config.web.database.compiled import Compiled, Given
from config.web.site import absolute_url, address_of

SIZE = 50
# The path of the last comment of a page.
_CURSOR = re.compile(rf"\d{{1,18}}(-\d{{1,18}}){{0,{PATH_LENGTH - 1}}}", re.ASCII)
_ARTICLE = Compiled(
    lambda: (
        Article.objects.published().filter(slug=Given("slug")).values_list("pk", "thread__shown")
    )
)
_COMMENTS = Compiled(
    lambda: (
        Comment.objects.approved()
        .filter(
            article=Given("article"),
            path__gt=Cast(Given("path"), ArrayField(BigIntegerField())),
        )
        .only("path", "parent", "name", "badge", "body_html", "created_at", "edited_at")
        .in_reading_order()[: SIZE + 1]
    )
)


@api_view
def comments(request: HttpRequest, slug: str) -> HttpResponseBase:
    """404 for an article that readers may not see, whatever its comments are."""
    found = _ARTICLE.first(slug=slug)
    if found is None:
        renamed = Article.objects.published().filter(former_slugs__slug=slug).first()
        if renamed is None:
            raise Http404
        return redirect("api:comments", slug=renamed.slug, permanent=True)
    pk, count = found
    rows = _COMMENTS.rows(article=pk, path=_place(request))
    shown = rows[:SIZE]
    cursor = "-".join(map(str, shown[-1].path)) if len(rows) > SIZE else ""
    thread = address_of("comments:post", slug)
    fields = [_fields(comment, thread) for comment in shown]
    tags = (f"title-{pk}", f"thread-{pk}")
    return list_answer(request, fields, cursor, *tags, count=count or 0)


def _place(request: HttpRequest) -> list[int]:
    """The path after which the page begins. Raises Problem."""
    cursor = request.GET.get("cursor", "")
    if cursor and not _CURSOR.fullmatch(cursor):
        raise bad_cursor()
    return [int(number) for number in cursor.split("-")] if cursor else []


def _fields(comment: Comment, thread: str) -> dict[str, Any]:
    return {
        "id": comment.pk,
        "in_reply_to": comment.parent_id,
        "depth": comment.depth,
        "name": comment.name,
        "badge": comment.badge or None,
        "content_html": comment.body_html,
        "created_at": moment(comment.created_at),
        "edited_at": moment(comment.edited_at),
        "url": absolute_url(f"{thread}{comment.pk}/"),
    }
