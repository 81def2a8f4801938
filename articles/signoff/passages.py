"""An article's text as numbered paragraphs, each with the remarks about it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape

from django.utils.safestring import SafeString, mark_safe

from articles.models import Remark
from articles.rich_text.nodes import VOID

BEGINNING = 200  # characters of a paragraph by which it is found again
_VOID = VOID | {"source"}
# The HTML that rich_text writes: no value of an attribute holds < or >.
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)[^>]*>")


@dataclass
class Passage:
    """A paragraph, heading, list, table or figure of the text. Numbers begin with 1."""

    number: int
    html: SafeString
    remarks: list[Remark] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(unescape(_TAG.sub("", self.html)).split())

    @property
    def beginning(self) -> str:
        return self.text[:BEGINNING].strip()

    def says(self, words: str) -> bool:
        """Whether these words stand in it. Space does not count: cells have none between them."""
        return "".join(words.split()) in "".join(self.text.split())


def passages_of(body_html: str) -> list[Passage]:
    """The top-level blocks of a text that `Article.make_text_ready` made."""
    blocks, start, depth = [], 0, 0
    for tag in _TAG.finditer(body_html):
        depth += 0 if tag[2] in _VOID else -1 if tag[1] else 1
        if depth == 0:
            blocks.append(body_html[start : tag.end()].strip())
            start = tag.end()
    safe = (mark_safe(block) for block in blocks)  # noqa: S308 - cut from clean HTML
    return [Passage(number, block) for number, block in enumerate(safe, 1)]


def place(remarks: Iterable[Remark], passages: list[Passage]) -> list[Remark]:
    """Give the passages their remarks.

    Returns those about the whole article, and those whose passage the text does not have any more.
    """
    left: list[Remark] = []
    by_beginning: dict[str, list[Passage]] = {}
    for passage in passages:
        by_beginning.setdefault(passage.beginning, []).append(passage)
    for remark in remarks:
        home = _home(remark, by_beginning.get(remark.beginning, []), passages)
        (home.remarks if home else left).append(remark)
    return left


def _home(remark: Remark, same: list[Passage], passages: list[Passage]) -> Passage | None:
    number = remark.paragraph
    if number is None:
        return None
    if same:
        return min(same, key=lambda passage: abs(passage.number - number))
    if not remark.passage:
        return None
    return next((passage for passage in passages if passage.says(remark.passage)), None)
