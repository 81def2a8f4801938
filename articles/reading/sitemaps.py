"""The sitemap (sitemaps.org): all public pages with the time of their last change.

/sitemap.xml is an index of files. A file holds the rows of one range of primary keys. So a row
never moves to another file, a file without changes keeps each byte, and no other row is read.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import F, IntegerField, Max, Model, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Greatest
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe

from articles.models import (
    Article,
    Author,
    Contribution,
    Page,
    Series,
    Topic,
)
from articles.querysets import HAS_PUBLIC_STATUS
from config.web.cache.cache_tags import cacheable, cached_until, public_page
from config.web.database.compiled import Compiled, Given
from config.web.site import absolute_url, address_of, whole_address
from config.web.text.characters import for_xml

# The standard allows 50,000 and 50 MB. Fewer, because one new article makes crawlers fetch a file.
ROWS_IN_FILE = 10_000
_HIGHEST_FILE = (2**63 - 1) // ROWS_IN_FILE  # of a bigint key
_NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


# An entry of a sitemap or of the index: path, time of the last change and address of a picture.
type Entry = tuple[str, datetime | None, str]
type Files = Iterable[tuple[int, datetime | None]]


class Section:
    """Public rows of one kind, annotated with the time `changed` and the file name `picture`."""

    def __init__(
        self,
        page: str,
        rows: Callable[[], QuerySet[Any]],
        quick_files: Callable[[], Files] | None = None,
    ) -> None:
        """`quick_files` replaces files() of a section with too many rows to read them all."""

        def ranges() -> QuerySet[Any, Any]:
            number = Cast((F("pk") - 1) / Given("size", IntegerField()) + 1, IntegerField())
            latest = rows().order_by().annotate(file=number).values("file")
            latest = latest.annotate(latest=Max("changed")).order_by("file")
            return latest.values_list("file", "latest")

        def entries() -> QuerySet[Any, Any]:
            found = rows().filter(pk__gt=Given("after"), pk__lte=Given("last")).order_by("pk")
            return found.values_list("slug", "changed", "picture")

        self._page, self._quick_files = page, quick_files
        self._ranges, self._entries = Compiled(ranges), Compiled(entries)

    def files(self) -> Files:
        """Number and last change of each file, in one query."""
        return self._quick_files() if self._quick_files else self._ranges.rows(size=ROWS_IN_FILE)

    def entries(self, number: int) -> list[Entry]:
        """Of one file, in one query. No model rows: ten thousand take seconds."""
        last = number * ROWS_IN_FILE
        return [
            (
                address_of(self._page, slug),
                changed,
                whole_address(default_storage.url(picture)) if picture else "",
            )
            for slug, changed, picture in self._entries.rows(after=last - ROWS_IN_FILE, last=last)
        ]


# One index leads from file to file. The indexes article_file_changed and correction_file_newest
# lead to the last change in each: they have the same expressions, with ROWS_IN_FILE as a literal.
_ARTICLE_FILES = """
WITH RECURSIVE file AS (
    (SELECT (id - 1) / {rows} AS number FROM articles_article ORDER BY id LIMIT 1)
    UNION ALL
    SELECT (
        SELECT (id - 1) / {rows} FROM articles_article
        WHERE id > (number + 1) * {rows} ORDER BY id LIMIT 1
    )
    FROM file WHERE number IS NOT NULL
)
SELECT number + 1, greatest(article.changed, correction.corrected_at)
FROM file
CROSS JOIN LATERAL (
    SELECT greatest(published_at, updated_at) AS changed FROM articles_article
    WHERE (id - 1) / {rows} = number
        AND {public} AND published_at IS NOT NULL AND published_at <= %(now)s
    ORDER BY greatest(published_at, updated_at) DESC LIMIT 1
) article
LEFT JOIN LATERAL (
    SELECT corrected_at FROM articles_correction
    WHERE (article_id - 1) / {rows} = number AND EXISTS (
        SELECT FROM articles_article
        WHERE id = article_id AND {public} AND published_at <= %(now)s
    )
    ORDER BY corrected_at DESC LIMIT 1
) correction ON true
ORDER BY number
"""


def _article_files() -> list[tuple[int, datetime | None]]:
    with connection.cursor() as cursor:
        statement = _ARTICLE_FILES.format(rows=ROWS_IN_FILE, public=HAS_PUBLIC_STATUS)
        cursor.execute(statement, {"now": timezone.now()})
        return cursor.fetchall()


_CHANGED = Greatest("published_at", "updated_at")  # in PostgreSQL it passes over NULL


def _gathering(model: type[Model], *changes: QuerySet[Any]) -> QuerySet[Any]:
    """Topics or authors, which change with their articles. Those without articles are left out.

    Each of `changes` gives times of articles of a row, the last one first.
    """
    last = [Subquery(times[:1]) for times in changes]
    changed = Greatest(*last) if len(last) > 1 else last[0]
    rows = model._default_manager.annotate(changed=changed, picture=Value(""))
    return rows.filter(changed__isnull=False)


def _changes_of_topic() -> QuerySet[Any]:
    articles = Article.objects.published().filter(topic=OuterRef("pk"))
    return articles.order_by(_CHANGED.desc()).values(changed=_CHANGED)


def _topics() -> QuerySet[Any]:
    """Topics change with their sub-topics, each of which finds its last change by the index."""
    below = Topic.objects.filter(parent=OuterRef("pk"))
    times = below.annotate(changed=Subquery(_changes_of_topic()[:1])).filter(changed__isnull=False)
    last = times.order_by("-changed").values("changed")
    return _gathering(Topic, _changes_of_topic(), last)


SECTIONS = {
    "articles": Section(
        "articles:article",
        lambda: (
            Article.objects.published()
            .with_last_change()
            .annotate(changed=F("last_change"), picture=F("hero__file"))
        ),
        _article_files,
    ),
    "topics": Section(
        "articles:topic",
        _topics,
    ),
    "series": Section(
        "articles:series",
        lambda: Series.objects.with_parts().annotate(changed=F("newest_part"), picture=Value("")),
    ),
    "authors": Section(
        "articles:author",
        lambda: _gathering(
            Author,
            Contribution.objects.published()
            .filter(author=OuterRef("pk"))
            .order_by("-changed_at")
            .values("changed_at"),
        ),
    ),
    "pages": Section(
        "articles:page",
        lambda: Page.objects.annotate(changed=F("updated_at"), picture=Value("")),
    ),
}


@require_safe
@cached_until("sitemap")
@conditional_page
def index(request: HttpRequest) -> HttpResponse:
    """All files. A small site has an index too, so that the address stays when the site grows."""
    files: list[Entry] = [
        (reverse("articles:sitemap_file", args=[name, number]), changed, "")
        for name, section in SECTIONS.items()
        for number, changed in section.files()
    ]
    entrances = (reverse("articles:sitemap_entrances"), None, "")
    return _xml("sitemapindex", "sitemap", [entrances, *files])


@require_safe
@public_page
@conditional_page
def file(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One range of rows. 404 when none of them is public."""
    if name not in SECTIONS or number > _HIGHEST_FILE:
        raise Http404
    entries = SECTIONS[name].entries(number)
    if not entries:
        raise Http404
    is_large = name == "articles"  # the other sections change as a whole
    tags = (f"sitemap-articles-{number}", "image-files") if is_large else (f"sitemap-{name}",)
    return cacheable(_xml("urlset", "url", entries), *tags)


@require_safe
@cached_until()
@conditional_page
def entrances(request: HttpRequest) -> HttpResponse:
    """The lists of the whole site, which belong to no row."""
    names = ["front", "topics", "authors", "archive", "corrections", "follow"]
    return _xml("urlset", "url", [(reverse(f"articles:{name}"), None, "") for name in names])


def _xml(root: str, element: str, entries: Iterable[Entry]) -> HttpResponse:
    site, now = escape(absolute_url("")), timezone.now()
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<{root} {_NAMESPACES}>"]
    for path, changed, picture in entries:
        text = f"<loc>{site}{path}</loc>"  # of a path, nothing is to be escaped
        if changed:
            text += f"<lastmod>{min(changed, now).isoformat(timespec='seconds')}</lastmod>"
        if picture:
            text += f"<image:image><image:loc>{escape(picture)}</image:loc></image:image>"
        lines.append(f"<{element}>{text}</{element}>")
    lines.append(f"</{root}>\n")
    return HttpResponse(for_xml("\n".join(lines)), content_type="application/xml")
