"""The text of an article inside a mail: as HTML, and as plain text."""

from urllib.parse import urljoin

from django.conf import settings

from articles.models import Article
from articles.rich_text.cleaning import article_tree
from articles.rich_text.nodes import (
    CELLS,
    HEADINGS,
    LISTS,
    Content,
    Node,
    has_tag,
    is_inline,
    text_of,
    write_document,
)
from config.web.site import absolute_url
from newsletter.composing.pictures import make_picture


def html_of(article: Article) -> str:
    """The whole text for mail programs: addresses are whole, and nothing needs a stylesheet."""
    here = absolute_url(article.get_absolute_url())
    return write_document([_for_mail(node, here) for node in article_tree(article.body)])


def plain_text_of(article: Article) -> str:
    """The whole text as paragraphs, lists, quotations and rows, with the addresses of its links."""
    here = absolute_url(article.get_absolute_url())
    return "\n\n".join(_blocks(article_tree(article.body), here))


def _for_mail(node: Node | str, here: str) -> Node | str:
    if isinstance(node, str):
        return node
    attributes = dict(node.attributes)
    if "href" in attributes:
        attributes["href"] = urljoin(here, attributes["href"])
    if node.tag == "img":
        attributes = _picture(attributes)
    return Node(node.tag, attributes, [_for_mail(child, here) for child in node.children])


def _picture(attributes: dict[str, str]) -> dict[str, str]:
    name = attributes.get("src", "").removeprefix(settings.MEDIA_URL)
    alt = attributes.get("alt", "")
    width, height = (int(attributes.get(side, 0)) for side in ("width", "height"))
    if not width or not height:  # no picture of the library
        return {"src": urljoin(settings.SITE_URL, attributes.get("src", "")), "alt": alt}
    made = make_picture(name, alt, width, height)
    sizes = {"width": str(made.width), "height": str(made.height)}
    return {"src": made.url, "alt": made.alt, **sizes}


def _blocks(children: Content, here: str) -> list[str]:
    """The blocks below, each as a text; words between blocks are a block."""
    blocks: list[str] = []
    line = ""
    for child in children:
        if is_inline(child):
            line += _words(child, here)
            continue
        blocks.append(_tidy(line))
        line = ""
        if isinstance(child, Node):
            blocks.append(_block(child, here))
    blocks.append(_tidy(line))
    return [block for block in blocks if block]


def _block(node: Node, here: str) -> str:
    if node.tag == "hr":
        return "* * *"
    if node.tag == "pre":
        return text_of(node.children).strip("\n")
    if node.tag in HEADINGS:
        return f"## {_tidy(text_of(node.children))}"
    if node.tag in LISTS:
        return _list(node, here)
    if node.tag == "tr":
        cells = [cell for cell in node.children if has_tag(cell, CELLS)]
        return " | ".join(" ".join(_blocks(cell.children, here)) for cell in cells)
    if node.tag == "table" or node.tag in {"thead", "tbody", "tfoot"}:
        return "\n".join(_blocks(node.children, here))
    inside = "\n\n".join(_blocks(node.children, here))
    return _indented(inside, "> ", "> ") if node.tag == "blockquote" else inside


def _list(node: Node, here: str) -> str:
    items = []
    for number, item in enumerate((row for row in node.children if has_tag(row, {"li"})), start=1):
        mark = f"{number}. " if node.tag == "ol" else "- "
        inside = "\n".join(_blocks(item.children, here))
        items.append(_indented(inside, mark, " " * len(mark)))
    return "\n".join(items)


def _words(node: Node | str, here: str) -> str:
    if isinstance(node, str):
        return " ".join(f"x{node}x".split())[1:-1]
    if node.tag == "br":
        return "\n"
    if node.tag == "img":
        alt = node.attributes.get("alt", "")
        return f"[{alt}]" if alt else ""
    text = "".join(_words(child, here) for child in node.children)
    address = urljoin(here, node.attributes.get("href", "")) if node.tag == "a" else ""
    return f"{text} ({address})" if address and address != text else text


def _tidy(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.strip().split("\n"))


def _indented(text: str, first: str, other: str) -> str:
    lines = text.split("\n")
    rest = [f"{other}{line}".rstrip() for line in lines[1:]]
    return "\n".join([f"{first}{lines[0]}", *rest])
