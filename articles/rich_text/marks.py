"""Reference marks: `[3]`, `[1, 2]` and `[1-3]` in the text cite the numbered references."""

import re
from collections import Counter
from collections.abc import Collection, Iterator

from .cleaning import article_tree
from .nodes import HEADINGS, Node

_MARK = re.compile(r"\[(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\]", re.ASCII)
_NUMBER = re.compile(r"\d{1,3}", re.ASCII)
_RANGE = re.compile(r"(\d{1,3})\s*[–-]\s*(\d{1,3})", re.ASCII)
# No article cites more often. The bound keeps a text that is made of marks quick.
MAX_LINKS = 5_000
LONGEST_RANGE = 50  # a longer one is a span of years or doses, not of references
# Here brackets mean something else, or a link inside would be wrong.
WITHOUT_MARKS = HEADINGS | {"a", "code", "pre"}


class MarkLinker:
    """Links the marks of one text; `cited` counts how often each number was linked."""

    def __init__(self, reference_numbers: Collection[int]) -> None:
        self.reference_numbers = frozenset(reference_numbers)
        self.cited: Counter[int] = Counter()

    def link(self, children: list[Node | str]) -> list[Node | str]:
        """A copy of the tree in which each mark of a known number is a link."""
        linked: list[Node | str] = []
        for child in children:
            if isinstance(child, str):
                linked += self._linked_text(child)
            elif child.tag in WITHOUT_MARKS:
                linked.append(child)
            else:
                linked.append(Node(child.tag, child.attributes, self.link(child.children)))
        return linked

    def _linked_text(self, text: str) -> list[Node | str]:
        if not self.reference_numbers or "[" not in text or self.cited.total() >= MAX_LINKS:
            return [text]
        parts: list[Node | str] = []
        position = 0
        for mark in _MARK.finditer(text):
            # A single number is linked with its brackets, which makes it easier to hit.
            is_single = mark[1].isdigit()
            numbers = [mark] if is_single else _NUMBER.finditer(text, mark.start(), mark.end())
            for number in numbers:
                parts.append(text[position : number.start()])
                parts.append(self._linked_number(number[0].strip("[]"), number[0]))
                position = number.end()
        return [*parts, text[position:]]

    def _linked_number(self, digits: str, label: str) -> Node | str:
        number = int(digits)
        if number not in self.reference_numbers or self.cited.total() >= MAX_LINKS:
            return label
        self.cited[number] += 1
        attributes = {
            "href": f"#ref-{number}",
            "id": f"cite-{number}-{self.cited[number]}",
            "class": "reference-mark",
            "role": "doc-noteref",
        }
        return Node("a", attributes, [label])


def unmatched_marks(html: str, reference_numbers: Collection[int]) -> tuple[list[int], list[int]]:
    """Numbers that the text marks and no reference has, and references that it never marks."""
    marked: set[int] = set()
    for mark in set(_marks(article_tree(html))):
        marked.update(map(int, _NUMBER.findall(mark)))
        for first, last in _RANGE.findall(mark):
            if int(last) - int(first) < LONGEST_RANGE:
                marked.update(range(int(first), int(last) + 1))
    references = set(reference_numbers)
    return sorted(marked - references), sorted(references - marked)


def _marks(children: list[Node | str]) -> Iterator[str]:
    for child in children:
        if isinstance(child, str):
            yield from _MARK.findall(child)
        elif child.tag not in WITHOUT_MARKS:
            yield from _marks(child.children)
