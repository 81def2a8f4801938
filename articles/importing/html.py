"""HTML pages: the article in the page, without the parts of the page around it."""

import re
from collections.abc import Mapping

from articles.rich_text.nodes import Node, walk
from articles.rich_text.pages import read_page

from .footnotes import take_footnotes
from .page_tree import first, html_of, line_of, lower_headings, outermost, without, words_of
from .parsed import Fields, ParsedArticle, parsed_article, same_words, shown
from .word_lists import make_lists

_DECLARATION = re.compile(r"<!(?!--)[^>]*>")  # also of Word: <![if !supportLists]>
_SURROUNDINGS = ("aside", "footer", "form", "nav")


def parse(text: str) -> ParsedArticle:
    """Title from the first <h1>, else <title>; text from <article>, <main> or <body>."""
    skipped: list[str] = []
    page = read_page(text)
    named = first(page, "title")
    name = line_of(named) if named else ""
    if named:
        without(page, {id(named)})
    region = _article_in(page, skipped)
    _drop_surroundings(region, skipped)
    title = take_title(page, region, name)
    if name and not same_words(name, title):
        skipped.append(f"<title> {shown(name)}: the heading is the title")
    return article_of(title, region, seen=_DECLARATION.sub("", text), skipped=skipped)


def article_of(
    title: str,
    region: Node,
    *,
    seen: str,
    skipped: list[str] | None = None,
    fields: Fields | None = None,
    pictures: Mapping[str, bytes] | None = None,
) -> ParsedArticle:
    """The article of a tree that holds its text and no more. Raises ImportProblem."""
    make_lists(region)
    footnotes = take_footnotes(region)
    lower_headings(region)
    return parsed_article(
        title,
        html_of(region),
        seen=seen,
        skipped=skipped,
        fields=fields,
        footnotes=footnotes,
        pictures=pictures,
    )


def _article_in(page: Node, skipped: list[str]) -> Node:
    """The element with the article. What stands elsewhere on the page is named."""
    articles = list(outermost(page, ["article"]))
    region = max(articles, key=lambda node: len(words_of(node)), default=None)
    region = region or next(outermost(page, ["main"]), None)
    if region is None:
        return page
    skipped += [
        f"<article> {shown(words)}: another article of the page"
        for other in articles
        if other is not region and (words := words_of(other))
    ]
    whole = Node("body", {}, list(page.children))
    around = _copy_without(whole, {id(node) for node in [region, *articles]})
    if words := words_of(around):
        skipped.append(f"{shown(words)}: stands around the article")
    return region


def _copy_without(node: Node, parts: set[int]) -> Node:
    children = [
        _copy_without(child, parts) if isinstance(child, Node) else child
        for child in node.children
        if id(child) not in parts
    ]
    return Node(node.tag, node.attributes, children)


def _drop_surroundings(region: Node, skipped: list[str]) -> None:
    """Take out <nav>, <form>, <aside> and <footer>. One with most of the words stays."""
    total = len(words_of(region))
    for part in list(outermost(region, _SURROUNDINGS)):
        words = words_of(part)
        if 2 * len(words) > total:
            continue
        without(region, {id(part)})
        if words:
            skipped.append(f"<{part.tag}> {shown(words)}: stands around the article")


def take_title(page: Node, region: Node, name: str = "") -> str:
    """The title of the article in `region`, without which the region goes on.

    Without a heading there it is the first <h1> of the page, else `name`.
    """
    if heading := first(region, "h1"):
        without(region, {id(heading)})
        return line_of(heading)
    elsewhere = first(page, "h1")
    title = line_of(elsewhere) if elsewhere else name
    heading = next((node for node in walk(region.children) if node.tag == "h2"), None)
    if heading and same_words(line_of(heading), title):
        without(region, {id(heading)})
    return title
