"""What changed between two versions of an article, in plain text without markup."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from itertools import groupby, zip_longest
from typing import Any

from django.db.models import Model
from django.template.defaultfilters import yesno
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models import Author, Contribution, Image, Topic
from articles.rich_text.cleaning import article_tree
from articles.rich_text.nodes import CELLS, Content, Node, has_tag, is_inline, text_of

# difflib can take time that grows with the cube of the length. Longer texts are compared by
# sentences, then as a whole. So one comparison takes 0.3 s at worst, and none begins after SECONDS.
MOST_UNITS = 600
SECONDS = 0.4
_WORDS = re.compile(r"\s+|[^\s\w]|\w+")
_SENTENCES = re.compile(r".+?(?:[.!?]\s+|\Z)", re.DOTALL)

type Part = tuple[str, str]  # "same", "out" or "in", and the text


@dataclass(frozen=True)
class Passage:
    """A paragraph, heading, item or row.

    `kind` is same, changed, out or in; or skipped, for `count` unchanged passages.
    """

    kind: str
    parts: tuple[Part, ...] = ()
    count: int = 0


@dataclass(frozen=True)
class Change:
    """One field that differs. Without passages only its formatting, links or pictures do."""

    label: str | Promise
    passages: list[Passage]


def changes_between(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """The fields in which two contents of revisions differ, in the order of the page.

    A field that one of the two lacks is left out: an older release stored fewer of them.
    """
    until = time.monotonic() + SECONDS
    return [
        Change(label, _shortened(list(compare(before, after, until))))
        for label, name, passages_of in _FIELDS
        if name in old and name in new and (old[name] or None) != (new[name] or None)
        for before, after in [(passages_of(old.get(name)), passages_of(new.get(name)))]
    ]


def compare(old: list[str], new: list[str], until: float) -> Iterator[Passage]:
    """The passages of two versions, compared word by word where one replaced another.

    After the time `until`, on the monotonic clock, what differs is compared as a whole.
    """
    for kind, before, after in _opcodes(old, new, until):
        if kind == "equal":
            yield from (Passage("same", (("same", text),)) for text in before)
            continue
        for removed, added in zip_longest(before, after):
            if removed is not None and added is not None:
                parts = tuple(_words(removed, added, until))
                if any(part == "same" and text.strip() for part, text in parts):
                    yield Passage("changed", parts)
                    continue
            if removed is not None:
                yield Passage("out", (("out", removed),))
            if added is not None:
                yield Passage("in", (("in", added),))


def _words(before: str, after: str, until: float) -> Iterator[Part]:
    units = _WORDS.findall(before), _WORDS.findall(after)
    if max(map(len, units)) > MOST_UNITS:
        units = _SENTENCES.findall(before), _SENTENCES.findall(after)
    for kind, old, new in _opcodes(*units, until):
        if kind == "equal":
            yield "same", "".join(old)
            continue
        if old:
            yield "out", "".join(old)
        if new:
            yield "in", "".join(new)


def _opcodes(
    old: list[str], new: list[str], until: float
) -> Iterator[tuple[str, list[str], list[str]]]:
    """The opcodes of difflib, in bounded time. Most changes are small: equal ends are cut off."""
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
    """The passages that changed, each with one unchanged passage before and after it."""
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


def _passages_of(children: Content) -> Iterator[str]:
    """The texts of paragraphs, headings, items and rows of tables."""
    for is_text, group in groupby(children, is_inline):
        inline = list(group)
        if is_text:
            pictures = [
                gettext("[Picture: %s]") % child.attributes.get("alt", "")
                for child in inline
                if has_tag(child, {"img"})
            ]
            yield from filter(None, [" ".join([*pictures, text_of(inline).strip()]).strip()])
            continue
        for child in inline:
            if has_tag(child, {"tr"}):
                cells = [cell for cell in child.children if has_tag(cell, CELLS)]
                yield " | ".join(" ".join(_passages_of(cell.children)) for cell in cells)
            elif isinstance(child, Node):
                yield from _passages_of(child.children)


def _name_of(model: type[Model]) -> Callable[[Any], list[str]]:
    """The name of the row with a key. A row that was deleted has none."""

    def names(key: Any) -> list[str]:
        row = model._default_manager.filter(pk=key).first()
        return [str(row)] if row else []

    return names


def _people(rows: Any) -> list[str]:
    names = Author.objects.in_bulk([row["author"] for row in rows or []])
    parts = dict(Contribution.Part.choices)
    return [
        f"{names[row['author']]} ({parts.get(row['part'], row['part'])})"
        for row in rows or []
        if row["author"] in names
    ]


def _day(text: Any) -> list[str]:
    return [date_format(date.fromisoformat(text))] if text else []


def _time(text: Any) -> list[str]:
    moment = datetime.fromisoformat(text) if text else None
    return [date_format(localtime(moment), "DATETIME_FORMAT")] if moment else []


def _references(rows: Any) -> list[str]:
    return [
        " ".join(filter(None, [f"[{row.get('number')}]", row.get("text"), row.get("url")]))
        for row in rows or []
    ]


_FIELDS: tuple[tuple[str | Promise, str, Callable[[Any], list[str]]], ...] = (
    (_("Title"), "title", _one),
    (_("Standfirst"), "standfirst", _one),
    (_("Topic"), "topic", _name_of(Topic)),
    (_("People"), "people", _people),
    (_("Disclosure"), "disclosure", _one),
    (_("Language"), "language", _one),
    (_("Hero image"), "hero", _name_of(Image)),
    (_("Text"), "body", lambda html: list(_passages_of(article_tree(html or "")))),
    (_("Key takeaways"), "key_takeaways", lambda texts: [str(text) for text in texts or []]),
    (_("References"), "references", _references),
    (_("Corrections"), "corrections", lambda rows: [str(row["text"]) for row in rows or []]),
    (_("Updated"), "updated_at", _time),
    (_("Reviewed"), "reviewed_at", _day),
    (_("Next review due"), "review_by", _day),
    (_("Address"), "slug", _one),
    (_("Comments open"), "comments_open", lambda is_open: [str(yesno(is_open))]),
    (_("Comments close on"), "comments_close_at", _time),
)
