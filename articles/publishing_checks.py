"""What an article lacks before it is published.

Errors (publishing_errors.py) refuse the publication. Warnings are for people, who may publish
nevertheless: the form, the list's action and the import show them.
"""

from collections.abc import Iterator
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.links.addresses import addresses_in
from articles.links.own_site import dead_paths
from articles.models import Article, Link
from articles.publishing_errors import Finding, errors_of
from articles.rich_text import unmatched_marks
from articles.rich_text.cleaning import article_tree
from articles.rich_text.nodes import HEADINGS, Node, walk


def findings_of(article: Article) -> list[Finding]:
    """What the article lacks, errors first.

    An article that shows its working copy (`with_working_copy`) is judged by that.
    """
    tree = article_tree(article.body)
    warnings = [
        *_missing_fields(article),
        *_missing_in_text(list(walk(tree))),
        *_unmatched(article),
        *_dead_links(article),
    ]
    return [*errors_of(article), *(Finding("warning", text) for text in warnings)]


def _missing_fields(article: Article) -> Iterator[str]:
    if article.topic_id is None:
        yield _("It has no topic, so no topic page lists it.")
    if not article.standfirst:
        yield _("It has no standfirst for lists and search results.")
    if article.review_by is None and not (article.topic and article.topic.review_months):
        yield _("It has no date for the next review.")
    hero = article.hero
    if hero and not hero.alt_text and not hero.is_decoration:
        yield _("The hero image has no alternative text.")


def _missing_in_text(nodes: list[Node]) -> Iterator[str]:
    silent = sum(node.tag == "img" and not node.attributes.get("alt", "").strip() for node in nodes)
    if silent:
        text = ngettext(
            "%(count)d picture in the text has no alternative text. Only decoration can do"
            " without.",
            "%(count)d pictures in the text have no alternative text. Only decoration can do"
            " without.",
            silent,
        )
        yield text % {"count": silent}
    # The title is the first heading of the page.
    levels = [1, *(int(node.tag[1]) for node in nodes if node.tag in HEADINGS)]
    if any(level > before + 1 for before, level in pairwise(levels)):
        yield _("Its headings skip a level. Start with heading 2 and go down one level at a time.")
    headless = 0
    for node in nodes:
        if node.tag == "table" and not any(cell.tag == "th" for cell in walk(node.children)):
            headless += 1
    if headless:
        text = ngettext(
            "%(count)d table has no header cells.",
            "%(count)d tables have no header cells.",
            headless,
        )
        yield text % {"count": headless}


def _unmatched(article: Article) -> Iterator[str]:
    numbers = [row.number for row in article.references.all()]
    without_reference, unused = unmatched_marks(article.body, numbers)
    if without_reference:
        marks = ", ".join(f"[{number}]" for number in without_reference)
        yield _("These citations have no reference: %s.") % marks
    if unused:
        yield _("These references are not cited in the text: %s.") % ", ".join(map(str, unused))


def _dead_links(article: Article) -> Iterator[str]:
    """Pages of this site are looked up now, of others it is known what they answered last."""
    addresses = addresses_in(article.body, [row.url for row in article.references.all()])
    own = [address for address in addresses if address.startswith("/")]
    others = [address for address in addresses if not address.startswith("/")]
    if dead := dead_paths(own):
        named = ", ".join(address for address in own if address in dead)
        text = _("Readers cannot see the pages that these links lead to: %s.")
        yield text % named
    if others:
        for link in Link.objects.broken().filter(address__in=others):
            text = _("A link is broken: %(address)s – %(answer)s.")
            yield text % {"address": link.address, "answer": link.said}
