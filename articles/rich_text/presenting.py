"""Clean article text made ready for readers: what stylesheet and keyboard need of each block."""

import re

from django.utils.translation import gettext

from .nodes import CELLS, HEADINGS, Content, Node, has_tag, text_of, walk

# A longer quotation is set as text to read.
PULL_QUOTE_LENGTH = 300
_QUESTION = re.compile(r"[?？؟\u037e]\s*\Z")
_DASHES = re.compile(r"[\s\u2012-\u2015-]*")
# "1,200", "−0.5", "7–9", "12 %", "< 5", "£30", "3 [1]"; and what stands where a number is missing
_NUMBER = re.compile(
    r"[\s~≈<>≤≥±+−–-]*[$£€¥]?\s*\d[\d.,\s'’]*(?:[–/×:±-]\s*\d[\d.,\s]*)*[%‰]?"
    r"\s*(?:\[[\d,\s–-]+\])*\s*"
)
_MISSING = frozenset({"", "-", "–", "—", "n/a", "…"})
# Columns from which on a table is set smaller on paper, across the sheet
WIDE, WIDEST = 8, 16
# Pixels; a picture that is not wider fills the text already.
LARGE_PICTURE = 1_000


def for_readers(tree: Content) -> Content:
    """A copy of the tree with classes, roles and `rel`, and tables in boxes that scroll."""
    heading = ""
    ready: Content = []
    for block in tree:
        if has_tag(block, HEADINGS):
            heading = " ".join(text_of(block.children).split())
        ready.append(_ready(block, heading) if isinstance(block, Node) else block)
    return ready


def _ready(node: Node, heading: str, *, within: frozenset[str] = frozenset()) -> Node:
    """`within` are the tags of the elements around it."""
    children = [
        _ready(child, heading, within=within | {node.tag}) if isinstance(child, Node) else child
        for child in node.children
    ]
    ready = Node(node.tag, node.attributes | _attributes(node), children)
    if node.tag == "img" and "a" not in within and node.attributes.get("alt"):
        return _opened_large(ready)
    if node.tag != "table" or "table" in within:
        return ready
    columns = _align_numbers(ready)
    # A wide table scrolls by itself. For that the keyboard needs the focus, and the focus a name.
    caption = children[0] if children else None
    name = text_of(caption.children) if has_tag(caption, {"caption"}) else heading
    label = " ".join(name.split()) or gettext("Table")
    name = "table-scroll"
    if columns >= WIDE:
        name += " table-scroll--wide"
    if columns >= WIDEST:
        name += " table-scroll--widest"
    attributes = {"class": name, "role": "region", "tabindex": "0", "aria-label": label}
    return Node("div", attributes, [ready])


def _opened_large(picture: Node) -> Node:
    """The picture in a link to its file, if that is larger than the text is wide."""
    width = picture.attributes.get("width", "")
    if not width.isdigit() or int(width) < LARGE_PICTURE:
        return picture
    attributes = {"class": "enlarge", "href": picture.attributes["src"]}
    return Node("a", attributes | {"title": gettext("Open the picture large")}, [picture])


def _align_numbers(table: Node) -> int:
    """Give the cells of columns of numbers their class; returns the number of columns.

    The first column names the rows, also where it does so by numbers.
    """
    rows = [
        [cell for cell in row.children if has_tag(cell, CELLS)]
        for row in walk(table.children)
        if row.tag == "tr"
    ]
    columns = max(map(len, rows), default=0)
    cells = [cell for row in rows for cell in row]
    if any({"colspan", "rowspan"} & cell.attributes.keys() for cell in cells):
        return columns
    for place in range(1, columns):
        column = [row[place] for row in rows if place < len(row)]
        texts = {text_of(cell.children).strip() for cell in column if cell.tag == "td"} - _MISSING
        if texts and all(len(text) < 40 and _NUMBER.fullmatch(text) for text in texts):
            for cell in column:
                cell.attributes = cell.attributes | {"class": "number"}
    return columns


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
