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

_ROWS: dict[str, Any] = {
    "articles:article": Article,
    "articles:author": Author,
    "articles:topic": Topic,
    "articles:page": Page,
    "newsletter:archived_issue": Issue,
}
# Of these FormerSlug has slugs that lead on.
_OWNERS = {"articles:article": "article", "articles:author": "author", "articles:topic": "topic"}
_HREF = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')


def broken_own_links(html: str) -> list[str]:
    """The addresses in this mail that lead to no public page of the site, in their order.

    A row is looked up for articles, authors, topics, pages and issues of the archive. Others need
    only an address that some view answers. One query a kind.
    """
    own = urlsplit(settings.SITE_URL).netloc
    found = dict.fromkeys(link for link in links_in(html) if urlsplit(link).netloc == own)
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
    public = {name: public_keys(name, keys) for name, keys in named.items()}
    broken |= {link for link, (name, key) in kinds.items() if key not in public[name]}
    return [link for link in found if link in broken]


def links_in(html: str) -> Iterator[str]:
    """The addresses that a mail links to."""
    return map(unescape, _HREF.findall(html))


def public_keys(view: str, keys: Iterable[str]) -> set[str]:
    """Those of these slugs, or numbers of issues, that lead readers somewhere."""
    if view == "newsletter:archived_issue":
        issues = Issue.objects.archived().filter(pk__in=keys)
        return set(map(str, issues.values_list("pk", flat=True)))
    rows: QuerySet[Any] = _ROWS[view].objects.all()
    if view == "articles:article":
        rows = Article.objects.published()
    found = set(rows.filter(slug__in=keys).values_list("slug", flat=True))
    if owner := _OWNERS.get(view):
        former = FormerSlug.objects.filter(slug__in=keys, **{f"{owner}__in": rows})
        found |= set(former.values_list("slug", flat=True))
    return found
