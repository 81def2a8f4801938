"""The table of links: read from the articles, checked against this site's own pages, cleared."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q

from articles.links.addresses import addresses_in, host_of
from articles.links.own_site import dead_paths
from articles.models import Article, Link, LinkReading, LinkUse

# Tasks are short: others wait behind them.
AT_ONCE = 200
BATCHES = 10


def read_links() -> int:
    """Keep the links of some articles that are new or were saved; returns how many articles.

    Withdrawn articles wait until they are drafts again.
    """
    unread = Q(link_reading=None) | Q(link_reading__saved_at__lt=F("modified_at"))
    rows = Article.objects.exclude(status="withdrawn").filter(unread).order_by("pk")
    rows = rows.select_related("working_copy").prefetch_related("references")
    articles = list(rows.defer("body_html", "plain_text", "contents")[:AT_ONCE])
    for article in articles:
        keep_links_of(article)
    return len(articles)


def check_own_links() -> None:
    """Note which links to pages of this site lead readers nowhere. A run has a bound, too."""
    for _batch in range(BATCHES):
        rows = list(Link.objects.due(own=True).only("address")[:AT_ONCE])
        if not rows:
            return
        dead = dead_paths(row.address for row in rows)
        for are_dead in (False, True):
            found = [row.pk for row in rows if (row.address in dead) == are_dead]
            Link.objects.filter(pk__in=found).note_own(are_dead=are_dead)


@transaction.atomic
def keep_links_of(article: Article) -> None:
    """Let the table say what the article links to now."""
    addresses = addresses_of(article)
    keep_addresses(addresses)
    links = Link.objects.filter(address__in=addresses).order_by("pk")
    uses = [LinkUse(article=article, link=link) for link in links]
    LinkUse.objects.bulk_create(uses, ignore_conflicts=True)
    LinkUse.objects.filter(article=article).exclude(link__address__in=addresses).delete()
    LinkReading.objects.update_or_create(
        article=article, defaults={"saved_at": article.modified_at}
    )


def keep_addresses(addresses: Iterable[str]) -> None:
    """Let these be in the table, so that they are checked (addresses_in gives them)."""
    # In one order, so that two workers do not wait for each other.
    new = [Link(address=address, host=host_of(address)[:260]) for address in sorted(addresses)]
    Link.objects.bulk_create(new, ignore_conflicts=True)


def addresses_of(article: Article) -> list[str]:
    """Those of what readers see, and of the working copy."""
    addresses = addresses_in(article.body, [row.url for row in article.references.all()])
    if article.working_copy:
        content = article.working_copy.content
        sources = [row["url"] for row in content.get("references", [])]
        addresses += addresses_in(content.get("body", ""), sources)
    return list(dict.fromkeys(addresses))
