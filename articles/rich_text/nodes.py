"""The small tree that article HTML is read into, and how it is written out again."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from html import escape
from typing import TypeGuard

INLINE = frozenset({"a", "cite", "code", "em", "s", "strong", "sub", "sup", "u"})
LEAVES = frozenset({"caption", "figcaption", "h2", "h3", "h4", "pre"})
VOID = frozenset({"br", "hr", "img"})
LISTS = frozenset({"ol", "ul"})
CELLS = frozenset({"td", "th"})
ROW_GROUPS = frozenset({"tbody", "tfoot", "thead"})
CONTAINERS = (
    frozenset({"aside", "blockquote", "figure", "li", "table", "tr"}) | LISTS | CELLS | ROW_GROUPS
)
BLOCKS = CONTAINERS | LEAVES | {"hr", "p"}
HEADINGS = frozenset({"h2", "h3", "h4"})


@dataclass(slots=True)
class Node:
    """An element, or a paragraph break (`Node("break")`) that never reaches the output."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "Content" = field(default_factory=list)


type Content = list[Node | str]


def has_tag(child: Node | str | None, tags: Collection[str]) -> TypeGuard[Node]:
    return isinstance(child, Node) and child.tag in tags


def is_inline(child: Node | str) -> bool:
    return isinstance(child, str) or child.tag in INLINE or child.tag in {"br", "img"}


def walk(children: Content) -> Iterator[Node]:
    """Every element below, in document order."""
    for child in children:
        if isinstance(child, Node):
            yield child
            yield from walk(child.children)


def text_of(children: Content) -> str:
    """The text as typed, without markup; a line break counts as a new line."""
    parts = []
    for child in children:
        if isinstance(child, str):
            parts.append(child)
        else:
            parts.append("\n" if child.tag == "br" else text_of(child.children))
    return "".join(parts)


def _write(node: Node | str) -> str:
    if isinstance(node, str):
        return escape(node, quote=False).replace("\xa0", "&nbsp;")
    attributes = "".join(
        f' {name}="{escape(value).replace("&#x27;", "'")}"'
        for name, value in node.attributes.items()
    )
    opening = f"<{node.tag}{attributes}>"
    if node.tag in VOID:
        return opening
    return f"{opening}{''.join(map(_write, node.children))}</{node.tag}>"


def write_document(children: Content) -> str:
    """The tree as HTML, each top-level block on a line: revisions are compared line by line."""
    return "\n".join(map(_write, children))
