"""An article as Markdown with front matter: for people, and for other programs."""

import json
import re
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from articles.models import Article, Page
from articles.rich_text.cleaning import article_tree
from articles.rich_text.nodes import (
    HEADINGS,
    LISTS,
    Content,
    Node,
    has_tag,
    is_inline,
    text_of,
    walk,
)
from articles.rich_text.nodes import write_document as as_html

_SIGNS = re.compile(r"([\\`*_\[\]<>~|])")
# A line that Markdown would take for a heading, a list or a quote.
_BEGINNING = re.compile(r"^(\s*)(#{1,6}(?=\s)|[-+](?=\s)|\d+(?=[.)]\s))", re.MULTILINE)
_MARKS = {"strong": "**", "em": "*", "s": "~~"}
_MADE = ("body_html", "contents", "plain_text")  # of the text, when it was saved
_AT_ONCE = 100


def readable(articles: QuerySet[Article]) -> Iterator[Article]:
    """The articles with all that `article_as_markdown` asks of them, a few at a time."""
    rows = articles.select_related("topic", "hero").defer(*_MADE)
    return rows.prefetch_related("contributions__author", "references").iterator(_AT_ONCE)


def article_as_markdown(article: Article) -> str:
    front: dict[str, Any] = {
        "title": article.title,
        "slug": article.slug,
        "status": article.status,
        "draft": not article.is_published,
        "date": _time(article.published_at),
        "lastmod": _time(article.updated_at),
        "authors": [person.name for person in article.people("author")],
        "reviewers": [person.name for person in article.people("reviewer")],
        "topic": article.topic.name if article.topic else "",
        "description": article.standfirst,
        "image": f"../../media/{article.hero.file.name}" if article.hero else "",
        "key_takeaways": article.key_takeaways,
        "disclosure": article.disclosure,
        "language": article.language,
    }
    sources = [
        f"{row.number}. {_escaped(row.text)}{f' <{row.url}>' if row.url else ''}\n"
        for row in article.references.all()
    ]
    references = f"\n## References\n\n{''.join(sources)}" if sources else ""
    return f"{_front_matter(front)}\n{as_markdown(article.body)}{references}"


def page_as_markdown(page: Page) -> str:
    return f"{_front_matter({'title': page.title, 'slug': page.slug})}\n{as_markdown(page.body)}"


def as_markdown(html: str) -> str:
    """Article HTML as CommonMark with GitHub's tables. What Markdown lacks stays HTML."""
    return _blocks(article_tree(html))


def _front_matter(fields: dict[str, Any]) -> str:
    """The fields as YAML. Each value is written as JSON, which YAML reads alike."""
    lines = [
        f"{name}: {json.dumps(value, ensure_ascii=False)}\n"
        for name, value in fields.items()
        if value not in ("", None, [])
    ]
    return f"---\n{''.join(lines)}---\n"


def _time(moment: Any) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def _blocks(children: Content) -> str:
    return "\n".join(filter(None, map(_block, children)))


def _block(node: Node | str) -> str:
    if isinstance(node, str):
        return f"{_escaped(node)}\n" if node.strip() else ""
    match node.tag:
        case "p":
            return f"{_line_starts_kept(_inline(node.children)).strip()}\n"
        case tag if tag in HEADINGS:
            return f"{'#' * int(tag[1])} {_inline(node.children).replace('\n', ' ').strip()}\n"
        case tag if tag in LISTS:
            return list_as_markdown(node)
        case "blockquote" | "aside":
            inner = ("[!NOTE]\n" if node.tag == "aside" else "") + _blocks(node.children)
            return "".join(f"> {line}".rstrip() + "\n" for line in inner.splitlines())
        case "pre":
            text = text_of(node.children).rstrip("\n")
            fence = _fence(text, least=3)
            return f"{fence}\n{text}\n{fence}\n"
        case "hr":
            return "---\n"
        case "figure" if not any(
            has_tag(child, {"table", "blockquote"}) for child in node.children
        ):
            return figure_as_markdown(node)
        case "table" if table := table_as_markdown(node):
            return table
    return f"{as_html([node])}\n"


def list_as_markdown(node: Node) -> str:
    number = int(node.attributes.get("start", 1))
    lines: list[str] = []
    for item in node.children:
        if not has_tag(item, {"li"}):
            continue
        mark = f"{number}. " if node.tag == "ol" else "- "
        number += 1
        text = item_as_markdown(item.children).strip("\n").replace("\n", f"\n{' ' * len(mark)}")
        lines.append(f"{mark}{text}\n")
    return re.sub(r"^ +$", "", "".join(lines), flags=re.MULTILINE)


def item_as_markdown(children: Content) -> str:
    """A list item with its words, and the paragraphs and lists inside it."""
    if len(children) == 1 and has_tag(children[0], {"p"}):
        return _block(children[0])
    blocks: list[str] = []
    words: Content = []
    for child in [*children, Node("end")]:
        if isinstance(child, str) or is_inline(child):
            words.append(child)
            continue
        if words:
            blocks.append(f"{_line_starts_kept(_inline(words)).strip()}\n")
            words = []
        if child.tag != "end":
            blocks.append(_block(child))
    tight = len(blocks) == 2 and blocks[1].startswith(("- ", "1. "))
    return ("" if tight else "\n").join(filter(str.strip, blocks))


def figure_as_markdown(node: Node) -> str:
    parts: list[str] = []
    for child in node.children:
        if has_tag(child, {"figcaption"}):
            parts.append(f"{_line_starts_kept(_inline(child.children)).strip()}\n")
        elif has_tag(child, {"pre"}):
            parts.append(_block(child))
        else:
            parts.append(f"{_inline([child]).strip()}\n")
    return "\n".join(filter(str.strip, parts))


def table_as_markdown(node: Node) -> str:
    """A table in GitHub's Markdown, or "" for a table that this cannot hold.

    It holds no caption, no spans, no blocks in cells, and needs a header row.
    """
    found = [child for child in walk(node.children) if child.tag == "tr"]
    lines = [[cell for cell in row.children if isinstance(cell, Node)] for row in found]
    tags = {child.tag for child in walk(node.children)}
    is_plain = not tags & {"caption", "p", "ul", "ol", "pre", "blockquote", "figure", "br"}
    spans = any({"colspan", "rowspan"} & set(cell.attributes) for line in lines for cell in line)
    heads = lines[0] if lines else []
    has_heads = bool(heads) and all(cell.tag == "th" for cell in heads)
    if not (is_plain and has_heads and not spans) or any(len(x) != len(heads) for x in lines):
        return ""
    written = [f"| {' | '.join(_inline(cell.children) for cell in line)} |\n" for line in lines]
    return "".join([written[0], f"|{' --- |' * len(heads)}\n", *written[1:]])


def _inline(children: Content) -> str:
    return "".join(_piece(child) for child in children)


def _piece(node: Node | str) -> str:
    if isinstance(node, str):
        return _escaped(node)
    inner = _inline(node.children)
    match node.tag:
        case "br":
            return "\\\n"
        case "img":
            name = node.attributes.get("src", "")
            return f"![{_escaped(node.attributes.get('alt', ''))}](<../..{name}>)"
        case "a" if "href" in node.attributes:
            return f"[{inner}](<{node.attributes['href'].replace('>', '%3E').replace('<', '%3C')}>)"
        case "code":
            text = text_of(node.children)
            fence = _fence(text, least=1)
            space = " " if text.startswith("`") or text.endswith("`") else ""
            return f"{fence}{space}{text}{space}{fence}"
        case tag if tag in _MARKS and inner.strip():
            before = inner[: len(inner) - len(inner.lstrip())]
            after = inner[len(inner.rstrip()) :]
            return f"{before}{_MARKS[tag]}{inner.strip()}{_MARKS[tag]}{after}"
        case "sub" | "sup" | "u" | "cite":
            return f"<{node.tag}>{inner}</{node.tag}>"
    return inner


def _fence(text: str, *, least: int) -> str:
    """The marks around a block of code: more backticks than the text has in a row."""
    return "`" * max(least, 1 + max(map(len, re.findall("`+", text)), default=0))


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\1", text.replace("&", "&amp;"))


def _line_starts_kept(text: str) -> str:
    return _BEGINNING.sub(
        lambda found: (
            f"{found[1]}{found[2]}\\" if found[2].isdigit() else f"{found[1]}\\{found[2]}"
        ),
        text,
    )
