"""What an article lacks before it is published.

Errors refuse the publication, in the verbs of the article. Warnings are for people, who may publish
nevertheless: the form, the list's action and the import show them.

Articles are Any here, because their model imports this module.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.rich_text import unmatched_marks
from articles.rich_text.cleaning import article_tree
from articles.rich_text.nodes import HEADINGS, Node, walk

_NOT_BLANK = re.compile(r"\w")


@dataclass(frozen=True)
class Finding:
    """`level` is "error" or "warning"; `text` a sentence that says what to do."""

    level: str
    text: str

    @property
    def is_error(self) -> bool:
        return self.level == "error"


def findings_of(article: Any) -> list[Finding]:
    """What the article lacks, errors first.

    An article that shows its working copy (`with_working_copy`) is judged by that.
    """
    tree = article_tree(article.body)
    warnings = [
        *_missing_fields(article),
        *_missing_in_text(list(walk(tree))),
        *_unmatched(article),
    ]
    return [*errors_of(article), *(Finding("warning", text) for text in warnings)]


def errors_of(article: Any) -> list[Finding]:
    """What must not be missing in a published article."""
    errors = []
    if not _NOT_BLANK.search(article.plain_text):
        errors.append(_("It has no text."))
    if not any(line.part == "author" for line in article.contributions.all()):
        errors.append(_("It has no author."))
    return [Finding("error", text) for text in errors]


def _missing_fields(article: Any) -> Iterator[str]:
    if article.topic_id is None:
        yield _("It has no topic: readers do not find it in a section.")
    if not article.standfirst:
        yield _("It has no standfirst: cards and search results show none.")
    if article.review_by is None and not (article.topic and article.topic.review_months):
        yield _("It has no date for the next review.")
    hero = article.hero
    if hero and not hero.alt_text and not hero.is_decoration:
        yield _("The hero image has no alternative text.")


def _missing_in_text(nodes: list[Node]) -> Iterator[str]:
    silent = sum(node.tag == "img" and not node.attributes.get("alt", "").strip() for node in nodes)
    if silent:
        text = ngettext(
            "%(count)d picture in the text has no alternative text. That is right for decoration"
            " only.",
            "%(count)d pictures in the text have no alternative text. That is right for decoration"
            " only.",
            silent,
        )
        yield text % {"count": silent}
    # The title is the first heading of the page.
    levels = [1, *(int(node.tag[1]) for node in nodes if node.tag in HEADINGS)]
    if any(level > before + 1 for before, level in pairwise(levels)):
        yield _("Its headings skip a level: begin with heading 2, and go down by one.")
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


def _unmatched(article: Any) -> Iterator[str]:
    numbers = [row.number for row in article.references.all()]
    without_reference, unused = unmatched_marks(article.body, numbers)
    if without_reference:
        marks = ", ".join(f"[{number}]" for number in without_reference)
        yield _("No reference has the number of these marks: %s.") % marks
    if unused:
        yield _("The text never cites these references: %s.") % ", ".join(map(str, unused))
