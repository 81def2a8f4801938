"""Markdown as GitHub reads it: CommonMark with tables, footnotes and bare addresses."""

import re

import cmarkgfm
from cmarkgfm.cmark import Options

from articles.rich_text import clean_html
from articles.rich_text.nodes import Node, walk
from articles.rich_text.pages import read_page

from . import front_matter
from .html import article_of, take_title
from .page_tree import first, html_of, line_of, without
from .parsed import ParsedArticle, same_words

_EXTENSIONS = ["autolink", "strikethrough", "table"]
_OPTIONS = Options.CMARK_OPT_FOOTNOTES | Options.CMARK_OPT_UNSAFE  # HTML is cleaned later
# `> [!NOTE]`, as GitHub writes boxes beside the text.
_BOX = re.compile(r"\s*\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*\n?")
_FIRST_LINE = re.compile(r"^[#\s]*([^\n]*\w[^\n]*)$", re.MULTILINE)
# What is no word of the text: tags, addresses of links, and their definitions.
_UNREAD = re.compile(
    r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>|(?<=\])\([^()\s]*(?:\s+"[^"]*")?\)"""
    r"""|^ {0,3}\[[^\]^][^\]]*\]:[^\n]*|\[\^[^\]\s]+\]:?|^ {0,3}(?:```|~~~)[^\n]*""",
    re.MULTILINE,
)


def parse(text: str) -> ParsedArticle:
    """Title from the front matter, else the first `# heading`, else the first line."""
    found, text = front_matter.split(text)
    fields, unused = front_matter.fields_of(found)
    page = _page(text)
    title = fields.title
    if title:
        heading = first(page, "h1")
        if heading and same_words(line_of(heading), title):
            without(page, {id(heading)})
    else:
        title = take_title(page, page)
    if not title:
        line = _FIRST_LINE.search(text)
        title = line[1] if line else ""
        page = _page(f"{text[: line.start()]}\n\n{text[line.end() :]}") if line else page
    seen = _UNREAD.sub(" ", text).replace("<", "&lt;")
    return article_of(title, page, seen=seen, skipped=unused, fields=fields)


def markdown_as_html(text: str) -> str:
    """The HTML of a text in Markdown, which is not clean."""
    return html_of(_page(text))


def markdown_to_html(text: str) -> str:
    """Clean HTML of a text in Markdown, without a look for a title."""
    return clean_html(markdown_as_html(text))


def _page(text: str) -> Node:
    html = cmarkgfm.markdown_to_html_with_extensions(text, options=_OPTIONS, extensions=_EXTENSIONS)
    page = read_page(html)
    for quote in list(walk(page.children)):
        if quote.tag == "blockquote":
            _make_box(quote)
    return page


def _make_box(quote: Node) -> None:
    paragraph = first(quote, "p")
    if paragraph is None or not paragraph.children or not isinstance(paragraph.children[0], str):
        return
    text = paragraph.children[0]
    if box := _BOX.match(text):
        paragraph.children[0] = text[box.end() :]
        quote.tag = "aside"
