"""Looking into the tree of a page, and taking parts out of it."""

from collections.abc import Collection, Iterator

from articles.rich_text.nodes import Node, text_of, walk, write_document

_NAMES = "address article aside blockquote body br caption center dd div dl dt fieldset figcaption"
_NAMES += " figure footer form h1 h2 h3 h4 h5 h6 header hr label legend li main nav ol option p pre"
_NAMES += " section summary table tbody td textarea tfoot th thead title tr ul"
_BLOCKS = frozenset(_NAMES.split())
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def words_of(node: Node) -> str:
    """All that a reader sees of it, in one line."""
    parts: list[str] = []

    def add(child: Node | str) -> None:
        if isinstance(child, str):
            parts.append(child)
            return
        edge = " " if child.tag in _BLOCKS else ""
        parts.append(edge)
        for inner in child.children:
            add(inner)
        parts.append(edge)

    add(node)
    return " ".join("".join(parts).split())


def first(node: Node, tag: str) -> Node | None:
    return next((found for found in walk(node.children) if found.tag == tag), None)


def outermost(node: Node, tags: Collection[str]) -> Iterator[Node]:
    """Those that stand in no other one of these tags."""
    for child in node.children:
        if isinstance(child, Node):
            if child.tag in tags:
                yield child
            else:
                yield from outermost(child, tags)


def without(node: Node, parts: Collection[int]) -> None:
    """Take these nodes, by their id(), out of the tree."""
    node.children = [child for child in node.children if id(child) not in parts]
    for child in node.children:
        if isinstance(child, Node):
            without(child, parts)


def html_of(node: Node) -> str:
    return write_document(node.children)


def lower_headings(node: Node) -> None:
    """Where the text has headings of the first level below its title, all go one level down."""
    headings = [found for found in walk(node.children) if found.tag in _HEADINGS]
    if any(heading.tag == "h1" for heading in headings):
        for heading in headings:
            heading.tag = f"h{min(int(heading.tag[1]) + 1, 4)}"


def line_of(node: Node) -> str:
    """The text of a heading as one line."""
    return " ".join(text_of(node.children).split())
