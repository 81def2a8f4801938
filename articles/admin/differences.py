"""What changed between two versions of an article, as plain text to read: no markup comes out of here."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.rich_text.cleaning import article_tree
from articles.rich_text.nodes import CELLS, Content, Node, is_inline, text_of

# difflib can take the cube of the length: what is longer is compared by sentences, then as a whole. With these bounds
# one comparison takes 0.3 s at worst, and no other is begun after SECONDS.
MOST_UNITS = 600
SECONDS = 0.4
_WORDS = re.compile(r"\s+|[^\s\w]|\w+")
_SENTENCES = re.compile(r".+?(?:[.!?]\s+|\Z)", re.DOTALL)

type Part = tuple[str, str]  # "same", "out" or "in", and the text


@dataclass(frozen=True)
class Passage:
    """A paragraph, heading, item or row. `kind`: same, changed, out, in, or skipped with `count` unchanged ones."""

    kind: str
    parts: tuple[Part, ...] = ()
    count: int = 0


@dataclass(frozen=True)
class Change:
    """One field that differs. Without passages only formatting, links or pictures do."""

    label: str | Promise
    passages: list[Passage]


def changes_between(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """The fields in which two contents of revisions differ, in the order of the page."""
    until = time.monotonic() + SECONDS
    return [
        Change(label, _shortened(list(compare(before, after, until))))
        for label, name, passages_of in _FIELDS
        if (old.get(name) or None) != (new.get(name) or None)
        for before, after in [(passages_of(old.get(name)), passages_of(new.get(name)))]
    ]


def compare(old: list[str], new: list[str], until: float) -> Iterator[Passage]:
    """Passage by passage, and word by word where one took another's place."""
    for kind, before, after in _opcodes(old, new, until):
        if kind == "equal":
            yield from (Passage("same", (("same", text),)) for text in before)
            continue
        for index in range(max(len(before), len(after))):
            yield from _pair(before[index : index + 1], after[index : index + 1], until)


def _pair(before: list[str], after: list[str], until: float) -> Iterator[Passage]:
    if before and after:
        parts = tuple(_words(before[0], after[0], until))
        if any(kind == "same" and text.strip() for kind, text in parts):
            yield Passage("changed", parts)
            return
    yield from (Passage("out", (("out", text),)) for text in before)
    yield from (Passage("in", (("in", text),)) for text in after)


def _words(before: str, after: str, until: float) -> Iterator[Part]:
    for kind, old, new in _opcodes(*_units(before, after), until):
        if kind == "equal":
            yield "same", "".join(old)
            continue
        if old:
            yield "out", "".join(old)
        if new:
            yield "in", "".join(new)


def _units(before: str, after: str) -> tuple[list[str], list[str]]:
    words = _WORDS.findall(before), _WORDS.findall(after)
    if max(map(len, words)) <= MOST_UNITS:
        return words
    return _SENTENCES.findall(before), _SENTENCES.findall(after)


def _opcodes(
    old: list[str], new: list[str], until: float
) -> Iterator[tuple[str, list[str], list[str]]]:
    """As difflib has them, in bounded time: equal ends are cut off first, since most changes are small."""
    start = _equal_at_start(old, new)
    end = _equal_at_start(old[start:][::-1], new[start:][::-1])
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    if start:
        yield "equal", old[:start], new[:start]
    if max(len(middle_old), len(middle_new)) > MOST_UNITS or time.monotonic() > until:
        yield "replace", middle_old, middle_new
    else:
        for kind, i, j, k, m in SequenceMatcher(None, middle_old, middle_new).get_opcodes():
            yield kind, middle_old[i:j], middle_new[k:m]
    if end:
        yield "equal", old[len(old) - end :], new[len(new) - end :]


def _equal_at_start(old: list[str], new: list[str]) -> int:
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))


def _shortened(passages: list[Passage]) -> list[Passage]:
    """Only what changed, with one unchanged passage before and after it; none when nothing did."""
    changed = [passage.kind != "same" for passage in passages]
    if not any(changed):
        return []
    shown: list[Passage] = []
    skipped = 0
    for at, passage in enumerate(passages):
        if any(changed[max(at - 1, 0) : at + 2]):
            shown += [Passage("skipped", count=skipped)] if skipped else []
            shown.append(passage)
            skipped = 0
        else:
            skipped += 1
    return [*shown, Passage("skipped", count=skipped)] if skipped else shown


# The fields as lists of passages


def _one(text: Any) -> list[str]:
    return [str(text)] if text else []


def _lines(texts: Any) -> list[str]:
    return [str(text) for text in texts or []]


def _sources(references: Any) -> list[str]:
    return [
        " ".join(filter(None, [f"[{row.get('number')}]", row.get("text"), row.get("url")]))
        for row in references or []
    ]


def _passages(html: Any) -> list[str]:
    return list(_passages_of(article_tree(html or "")))


def _passages_of(children: Content) -> Iterator[str]:
    """Text that stands together: a table's row is one passage."""
    for is_text, group in groupby(children, is_inline):
        if is_text:
            yield from filter(None, [_text(list(group))])
            continue
        for child in group:
            if isinstance(child, Node):
                yield from _row(child) if child.tag == "tr" else _passages_of(child.children)


def _row(row: Node) -> Iterator[str]:
    cells = [child for child in row.children if isinstance(child, Node) and child.tag in CELLS]
    yield " | ".join(" ".join(_passages_of(cell.children)) for cell in cells)


def _text(inline: Content) -> str:
    pictures = [
        gettext("[Picture: %s]") % child.attributes.get("alt", "")
        for child in inline
        if isinstance(child, Node) and child.tag == "img"
    ]
    return " ".join(filter(None, [*pictures, text_of(inline).strip()]))


_FIELDS = (
    (_("Title"), "title", _one),
    (_("Standfirst"), "standfirst", _one),
    (_("Text"), "body", _passages),
    (_("Key takeaways"), "key_takeaways", _lines),
    (_("References"), "references", _sources),
)
