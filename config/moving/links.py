"""Links of imported articles to their former site: they lead to what was imported."""

import re
from collections.abc import Iterator
from html import escape, unescape
from urllib.parse import urlsplit

from django.db import transaction

from articles.models import Article, Revision
from config.moving.models import ImportedItem, Redirect
from config.moving.paths import path_of
from config.moving.report import Report

_HREF = re.compile(r'(?<=<a href=")(https?://[^"]+)(?=")')
_AT_ONCE = 200  # articles


def settle_links(site: str, base: str, report: Report) -> Iterator[None]:
    """Give each link to the former site the new address of the page, where redirects know it.
    Yields after each article.

    Articles of earlier runs are looked at, too: what their links lead to may have come with this
    one. The report is told of links that stay.
    """
    host = (urlsplit(base).hostname or "").removeprefix("www.")
    if not host:
        return
    items = ImportedItem.objects.filter(site=site, kind=ImportedItem.Kind.ARTICLE)
    linking = Article.objects.filter(pk__in=items.values("row"), body__contains=f"{host}")
    for pk in linking.order_by("pk").values_list("pk", flat=True).iterator(_AT_ONCE):
        _settle(pk, host, report)
        yield


@transaction.atomic
def _settle(pk: int, host: str, report: Report) -> None:
    article = Article.objects.select_for_update(of=("self",)).get(pk=pk)
    report.begin(article.title, article.get_absolute_url())

    def settled(match: re.Match[str]) -> str:
        address = unescape(match[1])
        parts = urlsplit(address)
        if (parts.hostname or "").removeprefix("www.") != host:
            return match[0]
        row = Redirect.objects.at(path_of(address))
        if row is None or not row.leads_to:
            report.say("link to the former site", address)
            return match[0]
        place = f"#{parts.fragment}" if parts.fragment else ""
        return escape(f"{row.leads_to}{place}")

    body = _HREF.sub(settled, article.body)
    if body != article.body:
        article.body = body
        article.save(update_fields=["body"])
        reason = "Links to the former site lead to the articles here"
        Revision.record(article, Revision.Action.IMPORTED, by=None, reason=reason)
        report.stored_one("articles whose links lead here now")
