"""Clean article text made ready for readers: what stylesheet and keyboard need of each block."""

import re

from django.utils.translation import gettext

from .nodes import HEADINGS, Content, Node, has_tag, text_of

# A longer quotation is set as text to read.
PULL_QUOTE_LENGTH = 300
_QUESTION = re.compile(r"[?？؟\u037e]\s*\Z")
_DASHES = re.compile(r"[\s\u2012-\u2015-]*")


def for_readers(tree: Content) -> Content:
    """A copy of the tree with classes, roles and `rel`, and tables in boxes that scroll."""
    heading = ""
    ready: Content = []
    for block in tree:
        if has_tag(block, HEADINGS):
            heading = " ".join(text_of(block.children).split())
        ready.append(_ready(block, heading) if isinstance(block, Node) else block)
    return ready


def _ready(node: Node, heading: str, *, in_table: bool = False) -> Node:
    tabular = in_table or node.tag == "table"
    children = [
        _ready(child, heading, in_table=tabular) if isinstance(child, Node) else child
        for child in node.children
    ]
    ready = Node(node.tag, node.attributes | _attributes(node), children)
    if node.tag != "table" or in_table:
        return ready
    # A wide table scrolls by itself. For that the keyboard needs the focus, and the focus a name.
    caption = children[0] if children else None
    name = text_of(caption.children) if has_tag(caption, {"caption"}) else heading
    label = " ".join(name.split()) or gettext("Table")
    attributes = {"class": "table-scroll", "role": "region", "tabindex": "0", "aria-label": label}
    return Node("div", attributes, [ready])


def _attributes(node: Node) -> dict[str, str]:
    if node.tag == "img":
        return {"loading": "lazy", "decoding": "async"}
    if node.tag == "a" and node.attributes.get("href", "").lower().startswith("http"):
        return {"rel": "noopener"}
    if node.tag in HEADINGS and _QUESTION.search(text_of(node.children)):
        return {"class": "question"}
    if node.tag == "aside":
        # Not a landmark: a text may have many, and none has a name.
        return {"class": "callout", "role": "note"}
    if node.tag == "blockquote" and len(node.children) > 1:
        # A pull quote is short and ends with its source: a paragraph of nothing but a <cite>.
        source = node.children[-1]
        inside = source.children if has_tag(source, {"p"}) else []
        elements = [child.tag for child in inside if isinstance(child, Node)]
        text = "".join(child for child in inside if isinstance(child, str))
        is_source = elements == ["cite"] and _DASHES.fullmatch(text)
        if is_source and len(text_of(node.children)) <= PULL_QUOTE_LENGTH:
            return {"class": "pull-quote"}
    return {}
