"""Footnotes of a page: they become references, and their marks become `[1]`."""

import re

from articles.rich_text.nodes import Node, walk

from .page_tree import without, words_of
from .parsed import Footnote

_MARK = re.compile(r"\[?\(?(?:\d{1,3}|[ivxlc]{1,6}|[*†‡§]+)\)?\]?")
_BACK = re.compile(r"\s*(?:↑|↩\ufe0e?|\^|⏎|⤴\ufe0e?)(?:\s*\d+)?\s*$")


def take_footnotes(page: Node) -> list[Footnote]:
    """Take the notes out of the page. Each is an item of a list that a mark links to."""
    items = {
        node.attributes["id"]: node
        for node in walk(page.children)
        if node.tag == "li"
        and "id" in node.attributes
        and any(inner.attributes.get("href", "").startswith("#") for inner in walk(node.children))
    }
    numbers: dict[str, int] = {}
    for mark in list(walk(page.children)):
        name = mark.attributes.get("href", "").removeprefix("#") if mark.tag == "a" else ""
        if name in items and _MARK.fullmatch(words_of(mark)):
            number = numbers.setdefault(name, len(numbers) + 1)
            mark.tag, mark.attributes, mark.children = "span", {}, [f" [{number}]"]
    notes = [_note(items[name], number) for name, number in numbers.items()]
    without(page, {id(items[name]) for name in numbers})
    _raise_marks(page)
    return notes


def _note(item: Node, number: int) -> Footnote:
    back = {
        id(node)
        for node in walk(item.children)
        if node.tag == "a" and node.attributes.get("href", "").startswith("#")
    }
    without(item, back)
    links = [node.attributes["href"] for node in walk(item.children) if "href" in node.attributes]
    url = next((link for link in links if link.startswith(("http://", "https://"))), "")
    return Footnote(number, _BACK.sub("", words_of(item)), url)


def _raise_marks(page: Node) -> None:
    """A mark is no raised number: `[1]` gets its own look where the page is shown."""
    for node in walk(page.children):
        if node.tag != "sup":
            continue
        inner = [child for child in node.children if isinstance(child, Node)]
        if inner and all(child.tag == "span" and not child.attributes for child in inner):
            node.tag = "span"
