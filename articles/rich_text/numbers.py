"""Numbers of sources as other programs write them, (1,2) or a raised 1, become marks: `[1, 2]`."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from .cleaning import article_tree
from .marks import LONGEST_RANGE, WITHOUT_MARKS
from .nodes import BLOCKS, INLINE, Node, text_of, write_document

_NUMBERS = r"\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*"
_CITED = re.compile(rf"\(({_NUMBERS})\)|\[({_NUMBERS})\]", re.ASCII)
_RAISED = re.compile(rf"\s*(?:\[({_NUMBERS})\]|\(({_NUMBERS})\)|({_NUMBERS}))\s*", re.ASCII)
_LOOK_BACK = 40  # characters that are looked at before a number
_PART = re.compile(r"(\d{1,3})(?:\s*[–-]\s*(\d{1,3}))?", re.ASCII)
# A list within a sentence, "(1) rest, (2) sleep and (3) food": marks stand before the sign.
_BEFORE_ITEM = re.compile(r"(?:\A|[:;,]|\b(?:and|or|und|oder))\s*\Z", re.IGNORECASE)
# `f(2)`, `10 m2` and `x2` mean something else. Sources are cited after words and sentences.
_AFTER_WORD = re.compile(r"(?:[^\W\d_]{3,}|[.,;:!?)\]”’\"'»])\Z")


@dataclass
class TurnedNumbers:
    """`html` is clean. `changed` counts new marks; `left` are the numbers that stay as they are."""

    html: str
    changed: int = 0
    left: list[str] = field(default_factory=list)


def numbers_into_marks(html: str, reference_numbers: Collection[int]) -> TurnedNumbers:
    """Make marks of the numbers in a text that cite sources in another way. Never raises.

    A number becomes a mark only where all numbers beside it have a reference. What may mean
    something else stays, too: a number at the start of a paragraph or of an item, units, formulas.
    """
    turner = _Turner(frozenset(reference_numbers))
    tree = article_tree(html)
    turner.turn(tree)
    return TurnedNumbers(write_document(tree), turner.changed, turner.left)


class _Turner:
    def __init__(self, references: frozenset[int]) -> None:
        self.references = references
        self.changed = 0
        self.left: list[str] = []
        self.before = ""  # the text of this block so far

    def turn(self, children: list[Node | str]) -> None:
        for index, child in enumerate(children):
            if isinstance(child, str):
                children[index] = self._text(child)
            elif child.tag == "sup" and (mark := _RAISED.fullmatch(text_of(child.children))):
                turned = self._raised(mark)
                children[index] = turned or child
                self.before += turned
            elif child.tag in WITHOUT_MARKS:
                self.before += text_of([child])
            else:
                if child.tag in BLOCKS or child.tag not in INLINE:
                    self.before = ""
                self.turn(child.children)

    def _raised(self, mark: re.Match[str]) -> str:
        numbers = next(filter(None, mark.groups()))
        if not _AFTER_WORD.search(self.before):
            return ""
        return self._mark(numbers) or self._leave(mark[0].strip())

    def _text(self, text: str) -> str:
        whole = self.before + text
        shift = len(self.before)
        self.before = whole[-_LOOK_BACK:]

        def turned(match: re.Match[str]) -> str:
            before = whole[max(0, shift + match.start() - _LOOK_BACK) : shift + match.start()]
            if match[2]:  # a mark already, or one of nothing
                if not self._known(match[2]):
                    self._leave(match[0])
                return match[0]
            is_item = _BEFORE_ITEM.search(before) or not before.strip()
            is_formula = before[-1:].strip() and not _AFTER_WORD.search(before)
            if is_item or is_formula:
                return self._leave(match[0]) or match[0]
            return self._mark(match[1]) or self._leave(match[0]) or match[0]

        return _CITED.sub(turned, text)

    def _mark(self, numbers: str) -> str:
        if not self._known(numbers):
            return ""
        self.changed += 1
        parts = [re.sub(r"\s*[–-]\s*", "-", part.strip()) for part in re.split("[,;]", numbers)]
        return f"[{', '.join(parts)}]"

    def _leave(self, written: str) -> str:
        self.left.append(written)
        return ""

    def _known(self, numbers: str) -> bool:
        cited: set[int] = set()
        for first, last in _PART.findall(numbers):
            if last and not 0 < int(last) - int(first) < LONGEST_RANGE:
                return False
            cited.update(range(int(first), int(last or first) + 1))
        return cited <= self.references
