"""The sitemap (sitemaps.org): what is public, each with the time of its last real change.

/sitemap.xml is an index of files. A file holds the rows of one range of primary keys, so that a row never moves to
another file, an untouched file stays the same byte for byte, and none is read past to reach it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin
from xml.sax.saxutils import escape

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import F, IntegerField, Max, Model, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Greatest
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import conditional_page, require_safe

from articles.models import Article, Author, Page, Topic
from articles.querysets import ArticleQuerySet
from config.web.cache_tags import cached_until
from config.web.site import absolute_url

# The standard allows 50,000 and 50 MB. Fewer, since one new article makes crawlers fetch the whole file again.
ROWS_IN_FILE = 10_000
_HIGHEST_FILE = (2**63 - 1) // ROWS_IN_FILE  # of a bigint key
_NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


@dataclass(frozen=True)
class Url:
    """A place, perhaps with the time of its last change and a picture."""

    address: str
    changed: datetime | None = None
    picture: str = ""


@dataclass(frozen=True)
class Section:
    """Public rows of one kind, annotated with the time `changed` and the file name `picture`."""

    page: str
    rows: Callable[[], QuerySet[Any]]
    # The same with a `changed` that is cheaper for all rows at once.
    changes: Callable[[], QuerySet[Any]] | None = None

    def files(self) -> Iterable[tuple[int, datetime | None]]:
        """Number and last change of each file, in one query."""
        number = Cast((F("pk") - 1) / Value(ROWS_IN_FILE) + 1, IntegerField())
        ranges = (self.changes or self.rows)().order_by().annotate(file=number).values("file")
        return ranges.annotate(latest=Max("changed")).order_by("file").values_list("file", "latest")

    def urls(self, number: int) -> Iterator[Url]:
        """What stands in one file, in one query. Bare values: ten thousand model rows take seconds."""
        first = (number - 1) * ROWS_IN_FILE
        rows = self.rows().filter(pk__gt=first, pk__lte=first + ROWS_IN_FILE).order_by("pk")
        for slug, changed, picture in rows.values_list("slug", "changed", "picture"):
            address = absolute_url(reverse(self.page, args=[slug]))
            image = urljoin(settings.SITE_URL, default_storage.url(picture)) if picture else ""
            yield Url(address, changed, image)


def _articles() -> ArticleQuerySet:
    public = Article.objects.published().with_last_change()
    return public.annotate(changed=F("last_change"), picture=F("hero__file"))


def _article_changes() -> ArticleQuerySet:
    changed = Greatest("published_at", "updated_at", "corrections__corrected_at")
    return Article.objects.published().annotate(changed=changed)


def _groups(model: type[Model], path_to_row: str) -> QuerySet[Any]:
    """Rows that gather articles: they change when one of their articles does, and are absent without any."""
    own = Article.objects.published().filter(**{path_to_row: OuterRef("pk")})
    latest = own.order_by().annotate(one_group=Value(1)).values("one_group")
    # Greatest of PostgreSQL passes over NULL.
    changed = latest.annotate(latest=Max(Greatest("published_at", "updated_at"))).values("latest")
    rows = model._default_manager.annotate(changed=Subquery(changed), picture=Value(""))
    return rows.filter(changed__isnull=False)


def _topics() -> QuerySet[Any]:
    return _groups(Topic, "topic")


def _authors() -> QuerySet[Any]:
    return _groups(Author, "contributions__author")


def _pages() -> QuerySet[Any]:
    return Page.objects.annotate(changed=F("updated_at"), picture=Value(""))


SECTIONS = {
    "articles": Section("articles:article", _articles, _article_changes),
    "topics": Section("articles:topic", _topics),
    "authors": Section("articles:author", _authors),
    "pages": Section("articles:page", _pages),
}


@require_safe
@cached_until("cards", "authors", "images", "corrections")
@conditional_page
def index(request: HttpRequest) -> HttpResponse:
    """The files there are. A small site has an index too, so that its address holds when it grows."""
    files = [
        Url(absolute_url(reverse("articles:sitemap_file", args=[name, number])), changed)
        for name, section in SECTIONS.items()
        for number, changed in section.files()
    ]
    entrances = Url(absolute_url(reverse("articles:sitemap_entrances")))
    return _xml("sitemapindex", "sitemap", [entrances, *files])


@require_safe
@cached_until("cards", "authors", "images", "corrections")
@conditional_page
def file(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One range of rows. 404 when it holds none, whether nothing was ever there or nothing is public."""
    if name not in SECTIONS or number > _HIGHEST_FILE:
        raise Http404
    urls = list(SECTIONS[name].urls(number))
    if not urls:
        raise Http404
    return _xml("urlset", "url", urls)


@require_safe
@cached_until("cards", "authors", "images", "corrections")
@conditional_page
def entrances(request: HttpRequest) -> HttpResponse:
    """The lists over everything, which are no rows."""
    names = ["articles:front", "articles:archive", "articles:corrections"]
    return _xml("urlset", "url", [Url(absolute_url(reverse(name))) for name in names])


def _xml(root: str, element: str, urls: list[Url]) -> HttpResponse:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<{root} {_NAMESPACES}>",
        *(f"<{element}>{_described(url)}</{element}>" for url in urls),
        f"</{root}>\n",
    ]
    return HttpResponse("\n".join(lines), content_type="application/xml")


def _described(url: Url) -> str:
    text = f"<loc>{escape(url.address)}</loc>"
    if url.changed:
        text += f"<lastmod>{url.changed.isoformat(timespec='seconds')}</lastmod>"
    if url.picture:
        text += f"<image:image><image:loc>{escape(url.picture)}</image:loc></image:image>"
    return text
