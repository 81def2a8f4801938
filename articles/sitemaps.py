"""The sitemap (sitemaps.org): what is public, each with the time of its last real change."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, Model, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Greatest
from django.urls import reverse

from articles.models import Article, Author, Page, Topic
from articles.querysets import ArticleQuerySet


class OwnAddressSitemap(Sitemap[Any]):
    """Addresses from SITE_URL, where Django would take the request's Host header."""

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_latest_lastmod(self) -> None:
        """No Last-Modified header, for which Django would read every row again; the answer has an ETag."""


class ArticleSitemap(OwnAddressSitemap):
    def items(self) -> QuerySet[Article]:
        public = Article.objects.published().newest_first()
        return public.only("slug", "status", "published_at", "updated_at", "modified_at")

    def lastmod(self, item: Article) -> datetime:
        return item.last_changed_at


class GroupSitemap(OwnAddressSitemap):
    """Rows that gather articles: they change when one of their articles does, and are absent without any."""

    def __init__(self, model: type[Model], path_to_row: str) -> None:
        self.model = model
        self.path_to_row = path_to_row

    def items(self) -> QuerySet[Any]:
        own = Article.objects.published().filter(**{self.path_to_row: OuterRef("pk")})
        rows = self.model._default_manager.annotate(last_change=_last_change(own))
        return rows.filter(last_change__isnull=False).order_by("pk").only("slug")

    def lastmod(self, item: Any) -> datetime:
        return item.last_change


class PageSitemap(OwnAddressSitemap):
    def items(self) -> QuerySet[Page]:
        return Page.objects.order_by("pk").only("slug", "updated_at")

    def lastmod(self, item: Page) -> datetime:
        return item.updated_at


class EntranceSitemap(OwnAddressSitemap):
    """The lists over everything."""

    def items(self) -> list[str]:
        return ["articles:front", "articles:archive"]

    def location(self, item: str) -> str:
        return reverse(item)


def _last_change(articles: ArticleQuerySet) -> Subquery:
    # Greatest of PostgreSQL passes over NULL.
    latest = articles.order_by().annotate(one_group=Value(1)).values("one_group")
    return Subquery(
        latest.annotate(latest=Max(Greatest("published_at", "updated_at"))).values("latest")
    )


SITEMAPS: dict[str, type[Sitemap[Any]] | Sitemap[Any]] = {
    "entrances": EntranceSitemap(),
    "articles": ArticleSitemap(),
    "topics": GroupSitemap(Topic, "topic"),
    "authors": GroupSitemap(Author, "contributions__author"),
    "pages": PageSitemap(),
}
