"""Links of an issue to pages of this site that readers would not find."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.urls import Resolver404, resolve

from articles.models import Article, Author, FormerSlug, Page, Topic
from newsletter.models import Issue

_HREF = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')


def broken_own_links(html: str) -> list[str]:
    """The addresses in this mail that lead to no public page of the site, in their order.

    A row is looked up for articles, authors, topics, pages and issues of the archive. Others need
    only an address that some view answers. One query a kind.
    """
    found = dict.fromkeys(_own_links(html))
    named: dict[str, set[str]] = defaultdict(set)
    kinds: dict[str, tuple[str, str]] = {}
    broken = set()
    for link in found:
        try:
            match = resolve(unquote(urlsplit(link).path) or "/")
        except Resolver404:
            broken.add(link)
            continue
        if match.app_name == "admin" or match.view_name == "articles:preview":
            broken.add(link)
        key = str(match.kwargs.get("slug") or match.kwargs.get("pk") or "")
        if match.view_name in _ROWS and key:
            named[match.view_name].add(key)
            kinds[link] = (match.view_name, key)
    public = {name: _ROWS[name](keys) for name, keys in named.items()}
    broken |= {link for link, (name, key) in kinds.items() if key not in public[name]}
    return [link for link in found if link in broken]


def _own_links(html: str) -> Iterator[str]:
    """Addresses of this site, without those of slots."""
    own = urlsplit(settings.SITE_URL).netloc
    for href in _HREF.findall(html):
        link = unescape(href)
        if urlsplit(link).netloc == own:
            yield link


def _slugs(rows: QuerySet[Any], owner: str) -> Any:
    """A function that gives those of some slugs which lead to one of these rows."""

    def find(slugs: Iterable[str]) -> set[str]:
        present = rows.filter(slug__in=slugs).values_list("slug", flat=True)
        former = FormerSlug.objects.filter(slug__in=slugs, **{f"{owner}__in": rows})
        return {*present, *former.values_list("slug", flat=True)}

    return find


def _pages(slugs: Iterable[str]) -> set[str]:
    return set(Page.objects.filter(slug__in=slugs).values_list("slug", flat=True))


def _issues(pks: Iterable[str]) -> set[str]:
    found = Issue.objects.archived().filter(pk__in=pks).values_list("pk", flat=True)
    return set(map(str, found))


def _articles(slugs: Iterable[str]) -> set[str]:
    # Published at this moment, not when the module was read.
    return _slugs(Article.objects.published(), "article")(slugs)


_ROWS: dict[str, Any] = {
    "articles:article": _articles,
    "articles:author": _slugs(Author.objects.all(), "author"),
    "articles:topic": _slugs(Topic.objects.all(), "topic"),
    "articles:page": _pages,
    "newsletter:archived_issue": _issues,
}
