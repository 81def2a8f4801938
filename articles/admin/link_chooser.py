"""The pages of this site that the prose editor's link dialog offers, as JSON."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import Article, Author, Page, Topic

MOST_OF_A_KIND = 6
MOST_WORDS = 8


class LinkChooser(admin.ModelAdmin):
    """An address beside the list of articles, for all who may open that list."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.link_targets))
        return [path("link-targets/", view, name="articles_link_targets"), *super().get_urls()]

    def link_targets(self, request: HttpRequest) -> JsonResponse:
        """What readers may see and whose title or name has all words of `q`; each kind apart."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        words = request.GET.get("q", "").split()[:MOST_WORDS]
        return JsonResponse({"results": list(pages_titled(words)) if words else []})


def pages_titled(words: list[str]) -> Iterator[dict[str, str]]:
    """Kind, title and address of what readers may see, each kind apart."""
    articles = Article.objects.published().newest_first()
    kinds: Iterable[tuple[str, Any, str]] = (
        (_("Topic"), Topic.objects.all(), "name"),
        (_("Article"), articles, "title"),
        (_("Page"), Page.objects.all(), "title"),
        (_("Person"), Author.objects.in_print(), "name"),
    )
    for kind, rows, field in kinds:
        for word in words:
            rows = rows.filter(**{f"{field}__icontains": word})
        for row in rows.only(field, "slug")[:MOST_OF_A_KIND]:
            yield {"kind": kind, "title": str(row), "address": row.get_absolute_url()}
