"""The sitemap (sitemaps.org): what is public, each with the time of its last real change.

/sitemap.xml is an index of files. A file holds the rows of one range of primary keys, so that a row never moves to
another file, an untouched file stays the same byte for byte, and none is read past to reach it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import F, IntegerField, Max, Model, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Greatest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import conditional_page, require_safe

from articles.models import Article, Author, Page, Topic
from articles.querysets import ArticleQuerySet
from config.web.site import absolute_url

# The standard allows 50,000 and 50 MB; so many are written in half a second, and one new article makes crawlers
# fetch a file of this size again.
ROWS_IN_FILE = 10_000
_HIGHEST_FILE = (2**63 - 1) // ROWS_IN_FILE  # of a bigint key


@dataclass(frozen=True)
class Url:
    """A place, perhaps with the time of its last change and a picture."""

    address: str
    changed: datetime | None = None
    image: str = ""


@dataclass(frozen=True)
class Section:
    """Rows of one kind, how each is written down, and their times: annotated as `changed`, for all at once."""

    rows: Callable[[], QuerySet[Any]]
    url: Callable[[Any], Url]
    changes: Callable[[], QuerySet[Any]]

    def files(self) -> Iterable[tuple[int, datetime | None]]:
        """Number and last change of each file, in one query."""
        number = Cast((F("pk") - 1) / Value(ROWS_IN_FILE) + 1, IntegerField())
        ranges = self.changes().order_by().annotate(file=number).values("file")
        return ranges.annotate(latest=Max("changed")).order_by("file").values_list("file", "latest")

    def urls(self, number: int) -> Iterator[Url]:
        """What stands in one file, in one query."""
        first = (number - 1) * ROWS_IN_FILE
        rows = self.rows().filter(pk__gt=first, pk__lte=first + ROWS_IN_FILE).order_by("pk")
        return map(self.url, rows)


def _articles() -> ArticleQuerySet:
    # The sizes come along since a picture without them reads its row again.
    return (
        Article.objects.published()
        .select_related("hero")
        .with_last_change()
        .only("slug", "hero__file", "hero__width", "hero__height")
    )


def _article_url(article: Any) -> Url:
    image = urljoin(settings.SITE_URL, article.hero.file.url) if article.hero else ""
    return Url(absolute_url(article.get_absolute_url()), article.last_change, image)


def _article_changes() -> ArticleQuerySet:
    changed = Greatest("published_at", "updated_at", "corrections__corrected_at")
    return Article.objects.published().annotate(changed=changed)


def _groups(model: type[Model], path_to_row: str) -> QuerySet[Any]:
    """Rows that gather articles: they change when one of their articles does, and are absent without any."""
    own = Article.objects.published().filter(**{path_to_row: OuterRef("pk")})
    latest = own.order_by().annotate(one_group=Value(1)).values("one_group")
    # Greatest of PostgreSQL passes over NULL.
    changed = latest.annotate(latest=Max(Greatest("published_at", "updated_at"))).values("latest")
    rows = model._default_manager.annotate(changed=Subquery(changed))
    return rows.filter(changed__isnull=False).only("slug")


def _topics() -> QuerySet[Any]:
    return _groups(Topic, "topic")


def _authors() -> QuerySet[Any]:
    return _groups(Author, "contributions__author")


def _pages() -> QuerySet[Any]:
    return Page.objects.annotate(changed=F("updated_at")).only("slug")


def _row_url(row: Any) -> Url:
    return Url(absolute_url(row.get_absolute_url()), row.changed)


SECTIONS = {
    "articles": Section(_articles, _article_url, _article_changes),
    "topics": Section(_topics, _row_url, _topics),
    "authors": Section(_authors, _row_url, _authors),
    "pages": Section(_pages, _row_url, _pages),
}


@require_safe
@conditional_page
def index(request: HttpRequest) -> HttpResponse:
    """The files there are. A small site has an index too, so that its address holds when it grows."""
    files = [
        Url(absolute_url(reverse("articles:sitemap_file", args=[name, number])), changed)
        for name, section in SECTIONS.items()
        for number, changed in section.files()
    ]
    entrances = Url(absolute_url(reverse("articles:sitemap_entrances")))
    return _xml(request, "articles/sitemap_index.xml", [entrances, *files])


@require_safe
@conditional_page
def file(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One range of rows. 404 when it holds none, whether nothing was ever there or nothing is public."""
    if name not in SECTIONS or number > _HIGHEST_FILE:
        raise Http404
    urls = list(SECTIONS[name].urls(number))
    if not urls:
        raise Http404
    return _xml(request, "articles/sitemap.xml", urls)


@require_safe
@conditional_page
def entrances(request: HttpRequest) -> HttpResponse:
    """The lists over everything, which are no rows."""
    names = ["articles:front", "articles:archive"]
    return _xml(
        request, "articles/sitemap.xml", [Url(absolute_url(reverse(name))) for name in names]
    )


def _xml(request: HttpRequest, template: str, urls: list[Url]) -> HttpResponse:
    return render(request, template, {"urls": urls}, content_type="application/xml")
