"""One search for everything at the desk: each kind of row only for people who may see it.

Lists of the admin find by their own search, so that a word finds the same here and there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from comments.models import Comment
from comments.moderating.moderators import VIEW as VIEW_COMMENTS
from comments.moderating.queue.listing import TooCommon, newest_found
from config.web.requests.capped_paging import capped_count
from config.web.text.fields import LineInput

SHOWN = 5
COUNTED = 1_000
# The lists, in their order, each with what stands beside a row: a display value or a field.
LISTS = [
    ("articles.article", "get_status_display"),
    ("articles.author", "role"),
    ("articles.topic", "description"),
    ("articles.page", "get_absolute_url"),
    ("articles.image", "alt_text"),
    ("newsletter.issue", "get_status_display"),
    ("newsletter.subscriber", "get_status_display"),
    ("auth.user", "get_full_name"),
    ("people.invitation", "email"),
]


@dataclass(frozen=True)
class Hit:
    title: str
    url: str
    about: str = ""


@dataclass(frozen=True)
class Group:
    """What was found of one kind. `count` ends at COUNTED; `url` leads to all of them."""

    title: str
    hits: list[Hit]
    count: int
    url: str

    @property
    def is_capped(self) -> bool:
        return self.count >= COUNTED


class SearchForm(forms.Form):
    q = LineInput(
        label=gettext_lazy("Search everything"),
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET or None)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    if not any(map(str.isalnum, words)):  # signs alone would find everything
        words = ""
    groups = [group for group in groups_of(request, words) if group.count] if words else []
    context = {
        **admin.site.each_context(request),
        "title": _("Search"),
        "form": form,
        "searched_words": words,
        "groups": groups,
    }
    return TemplateResponse(request, "admin/desk/search.html", context)


def groups_of(request: HttpRequest, words: str) -> Iterator[Group]:
    """What the words find of each kind that the person may see, empty groups included."""
    for label, about in LISTS:
        model_admin = admin.site.get_model_admin(apps.get_model(label))
        if model_admin.has_view_or_change_permission(request):
            yield _of_list(request, model_admin, words, about)
        if label == "articles.article" and request.user.has_perm(VIEW_COMMENTS):
            yield _of_comments(words)


def _of_list(request: HttpRequest, model_admin: Any, words: str, about: str) -> Group:
    every = model_admin.get_queryset(request)
    found, _is_doubled = model_admin.get_search_results(request, every, words)
    found = found.order_by(*(model_admin.get_ordering(request) or ("-pk",)))
    options = model_admin.opts
    place = f"admin:{options.app_label}_{options.model_name}"
    hits = [
        Hit(str(row), reverse(f"{place}_change", args=[row.pk]), _value(row, about))
        for row in found[:SHOWN]
    ]
    url = f"{reverse(f'{place}_changelist')}?{urlencode({'q': words})}"
    count = len(hits) if len(hits) < SHOWN else capped_count(found, COUNTED)
    return Group(str(options.verbose_name_plural), hits, count, url)


def _of_comments(words: str) -> Group:
    """Comments by their words or by an e-mail address, as the queue finds them."""
    query = urlencode({"tab": "all", "q": words})
    try:
        found, count = newest_found(words, shown=SHOWN, most=COUNTED)
    except TooCommon:
        return Group(_("Comments"), [], 0, "")
    rows = Comment.objects.select_related("article").in_bulk(found)
    hits = [
        Hit(
            f"{row.name}: {Truncator(row.body).chars(100)}",
            reverse("admin:comments_comment_change", args=[row.pk]),
            row.article.title,
        )
        for row in (rows[pk] for pk in found if pk in rows)
    ]
    url = f"{reverse('admin:comments_queue')}?{query}"
    return Group(_("Comments"), hits, count, url)


def _value(row: Any, name: str) -> str:
    value = getattr(row, name)
    return Truncator(value() if callable(value) else value).chars(80)
