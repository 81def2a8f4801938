"""Turn the tree of read_html() into neat markup, by the content model of article pages."""

import re
from itertools import groupby

from .nodes import (
    CELLS,
    INLINE,
    LEAVES,
    LISTS,
    ROW_GROUPS,
    Content,
    Node,
    has_tag,
    is_inline,
    text_of,
)

_SPACE = re.compile(r"[ \t\n\r\f]+")
_BLANK = re.compile(r"[\s\u00ad\u200b-\u200d\u2060\ufeff]*")


def tidy(children: Content) -> Content:
    """The tree as blocks, none of them empty: text is in paragraphs, lists and tables are whole."""
    return list(_flow(children))


def _is_blank(children: Content) -> bool:
    if not _BLANK.fullmatch(text_of(children)):
        return False
    return not any(_holds_image(child) for child in children)


def _holds_image(child: Node | str) -> bool:
    if isinstance(child, str):
        return False
    return child.tag == "img" or any(_holds_image(inner) for inner in child.children)


def _flow(children: Content) -> list[Node]:
    if all(isinstance(child, str) for child in children):
        return _paragraphs(children)
    blocks: list[Node] = []
    run: Content = []
    for child in [*children, Node("break")]:
        if isinstance(child, str) or is_inline(child):
            run.append(child)
            continue
        blocks += _paragraphs(run)
        run = []
        blocks += _block(child)
    return blocks


def _block(node: Node) -> list[Node]:
    if node.tag == "hr":
        return [node]
    if node.tag == "pre":
        # Browsers drop the first line feed, so the text must not start with one.
        content = _verbatim(node.children)
        while content and isinstance(content[0], str) and content[0].startswith("\n"):
            rest = content[0].lstrip("\n")
            content = [rest, *content[1:]] if rest else content[1:]
        return [] if _is_blank(content) else [Node("pre", {}, content)]
    if node.tag in {"caption", "figcaption"}:
        return _flow(node.children)
    if node.tag in LEAVES:
        return _kept(node, _line(node.children))
    if node.tag in LISTS:
        return _kept(node, _items(node))
    if node.tag == "table":
        return _table(node)
    if node.tag == "figure":
        return _figure(node)
    if node.tag in {"aside", "blockquote"}:
        return _kept(node, list(_flow(node.children)))
    return []


def _kept(node: Node, children: Content) -> list[Node]:
    return [Node(node.tag, node.attributes, children)] if children else []


def _paragraphs(run: Content) -> list[Node]:
    """Paragraphs of inline content. Two line breaks in a row, as many editors write, split it."""
    if not run:
        return []
    paragraphs: list[Content] = [[]]
    before: Node | str = ""  # the last child of the paragraph that is more than space
    for child in run:
        if _is_break(child) and _is_break(before):
            paragraphs.append([])
            before = ""
        else:
            paragraphs[-1].append(child)
            if isinstance(child, Node) or child.strip(" \t\n\r\f"):
                before = child
    return [Node("p", {}, content) for part in paragraphs if (content := _line(part))]


def _is_break(child: Node | str) -> bool:
    return isinstance(child, Node) and child.tag == "br"


def _line(children: Content) -> Content:
    """Inline content without space, breaks or empty elements at its ends."""
    content = _inline(children)
    if not content or _is_blank(content):
        return []
    while content and (_is_break(content[0]) or content[0] == " "):
        content = content[1:]
    while content and (_is_break(content[-1]) or content[-1] == " "):
        content = content[:-1]
    if content and isinstance(content[0], str):
        content = [content[0].lstrip(" "), *content[1:]]
    if content and isinstance(content[-1], str):
        content = [*content[:-1], content[-1].rstrip(" ")]
    return content


def _inline(children: Content) -> Content:
    content: Content = []
    for child in children:
        if isinstance(child, str):
            content.append(_SPACE.sub(" ", child))
        elif child.tag == "break":
            content.append(Node("br"))
        elif child.tag == "br" or (child.tag == "img" and "src" in child.attributes):
            content.append(child)
        elif child.tag in INLINE:
            inner = _inline(child.children)
            if _is_blank(inner):
                content += [" "] if text_of(inner) else []
            elif child.tag == "a" and "href" not in child.attributes:
                content += inner
            else:
                content.append(Node(child.tag, child.attributes, inner))
    return _joined(content)


def _joined(content: Content) -> Content:
    """Neighbouring texts as one, with no space doubled or beside a line break."""
    joined = _merged(content)
    for index, child in enumerate(joined):
        if isinstance(child, str):
            text = _SPACE.sub(" ", child)
            if index and _is_break(joined[index - 1]):
                text = text.lstrip(" ")
            if index + 1 < len(joined) and _is_break(joined[index + 1]):
                text = text.rstrip(" ")
            joined[index] = text
    return [child for child in joined if child != ""]


def _merged(content: Content) -> Content:
    merged: Content = []
    for is_text, group in groupby(content, lambda child: isinstance(child, str)):
        if is_text:
            merged.append("".join(map(str, group)))
        else:
            merged += group
    return merged


def _verbatim(children: Content) -> Content:
    content: Content = []
    for child in children:
        if isinstance(child, str):
            content.append(child.replace("\r\n", "\n").replace("\r", "\n"))
        elif child.tag in {"br", "break"}:
            content.append("\n")
        elif child.tag in INLINE and (inner := _verbatim(child.children)):
            linked = child.tag != "a" or "href" in child.attributes
            content += [Node(child.tag, child.attributes, inner)] if linked else inner
    return _merged(content)


def _items(node: Node) -> Content:
    items: list[Node] = []
    for child in node.children:
        if isinstance(child, str) or child.tag != "li":
            continue
        blocks = list(_flow(child.children))
        # Many pages write a sublist beside its item instead of inside it.
        if items and blocks and all(block.tag in LISTS for block in blocks):
            items[-1].children += blocks
        elif blocks:
            items.append(Node("li", {}, [*blocks]))
    return [Node("li", {}, _unwrapped(item.children)) for item in items]


def _unwrapped(blocks: Content) -> Content:
    """An item or cell of one paragraph (and lists below it) needs no `<p>`."""
    if not blocks or not isinstance(blocks[0], Node) or blocks[0].tag != "p":
        return blocks
    if all(isinstance(block, Node) and block.tag in LISTS for block in blocks[1:]):
        return [*blocks[0].children, *blocks[1:]]
    return blocks


def _table(node: Node) -> list[Node]:
    captions = [child for child in node.children if has_tag(child, {"caption"})]
    caption = _line(captions[0].children) if captions else []
    groups = [
        Node(child.tag, {}, rows)
        for child in node.children
        if isinstance(child, Node) and child.tag in ROW_GROUPS and (rows := _rows(child))
    ]
    if _is_blank([*groups]):
        return _flow(captions[0].children) if captions else []
    return [Node("table", {}, [*([Node("caption", {}, caption)] if caption else []), *groups])]


def _rows(group: Node) -> Content:
    """The rows of the group that have cells."""
    rows: Content = []
    for row in group.children:
        if not has_tag(row, {"tr"}):
            continue
        cells: Content = [
            Node(cell.tag, cell.attributes, _unwrapped([*_flow(cell.children)]))
            for cell in row.children
            if has_tag(cell, CELLS)
        ]
        if cells:
            rows.append(Node("tr", {}, cells))
    return rows


def _figure(node: Node) -> list[Node]:
    captions = [child for child in node.children if has_tag(child, {"figcaption"})]
    content = list(_flow([child for child in node.children if child not in captions]))
    if not content:
        return []
    children: Content = []
    for block in content:
        # The editor and most pages have no paragraph around the pictures of a figure.
        is_pictures = block.tag == "p" and all(has_tag(child, {"img"}) for child in block.children)
        children += block.children if is_pictures else [block]
    if captions and (caption := _line(captions[0].children)):
        children.append(Node("figcaption", {}, caption))
    return [Node("figure", {}, children)]
