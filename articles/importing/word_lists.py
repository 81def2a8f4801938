"""Lists of Word: paragraphs that look like items, because their style says so."""

import re

from articles.rich_text.nodes import Node, has_tag

from .page_tree import words_of

_LEVEL = re.compile(r"mso-list:\s*l\d+\s+level(\d+)", re.IGNORECASE)
_MARKER = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
_NUMBERED = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z]|[ivxlcIVXLC]{1,6})[.)]")
_DEEPEST = 6


def make_lists(node: Node) -> None:
    """Turn runs of such paragraphs into lists with their levels."""
    children: list[Node | str] = []
    open_lists: list[Node] = []
    for child in node.children:
        level = _level(child)
        if isinstance(child, Node) and level:
            marker = _take_marker(child)
            tag = "ol" if _NUMBERED.fullmatch(marker) else "ul"
            _add(children, open_lists, level, tag, Node("li", {}, child.children))
            continue
        if isinstance(child, Node):
            make_lists(child)
        elif not child.strip() and open_lists:
            continue
        open_lists.clear()
        children.append(child)
    node.children = children


def _level(child: Node | str) -> int:
    if not has_tag(child, {"p", "h1", "h2", "h3", "h4", "h5", "h6", "div"}):
        return 0
    found = _LEVEL.search(child.attributes.get("style", ""))
    return min(int(found[1]), _DEEPEST) if found else 0


def _take_marker(node: Node) -> str:
    """The sign or number before the item, which the list makes itself."""
    for child in list(node.children):
        if isinstance(child, Node):
            if _MARKER.search(child.attributes.get("style", "")):
                node.children.remove(child)
                return words_of(child)
            if marker := _take_marker(child):
                return marker
    return ""


def _add(
    children: list[Node | str], open_lists: list[Node], level: int, tag: str, item: Node
) -> None:
    del open_lists[level:]
    if len(open_lists) == level and open_lists[-1].tag != tag:
        open_lists.pop()
    while len(open_lists) < level:
        made = Node(tag)
        if not open_lists:
            children.append(made)
        else:
            items = open_lists[-1].children
            above = items[-1] if items else None
            if not isinstance(above, Node):
                above = Node("li")
                items.append(above)
            above.children.append(made)
        open_lists.append(made)
    open_lists[-1].children.append(item)
