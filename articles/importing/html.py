"""HTML pages: the article in the page, without what stands around it."""

import re
from html import unescape

from articles.rich_text import derive

from .parsed import ParsedArticle, parsed_article, same_words, shown

_UNREAD = re.compile(
    r"<(script|style|template|noscript)\b[^<>]*>.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_EDGE = re.compile(r"<(/?)(aside|footer|form|nav)\b[^<>]*>", re.IGNORECASE)
_MEDIA = {"image": "img", "frame": "iframe", "video": "video", "sound": "audio"}


def parse(text: str) -> ParsedArticle:
    """Title from the first <h1>, else <title>; text from <article>, <main> or <body>."""
    skipped: list[str] = []
    page = _UNREAD.sub("", text)
    region = _without_surroundings(_region(page), skipped)
    title, region = title_and_text(page, region)
    article = parsed_article(title, region, skipped=skipped)
    article.skipped.extend(media_left_out(region, article.body))
    return article


def _region(page: str) -> str:
    for tag in ("article", "main", "body"):
        if found := _element(page, tag):
            return found[0]
    return page


def _without_surroundings(region: str, skipped: list[str]) -> str:
    """Cut whole <nav>, <form>, <aside> and <footer>; one that is never closed stays."""
    kept: list[str] = []
    depth = position = cut = 0
    for edge in _EDGE.finditer(region):
        if not edge[1]:
            if not depth:
                kept.append(region[position : edge.start()])
                cut = position = edge.start()
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                position = edge.end()
                _note_cut(edge[2].lower(), region[cut:position], skipped)
    return "".join([*kept, region[position:]])


def _note_cut(tag: str, html: str, skipped: list[str]) -> None:
    text = derive(html).plain_text
    if text:
        skipped.append(f"<{tag}> {shown(text)}: stands around the article")


def title_and_text(page: str, region: str) -> tuple[str, str]:
    """The title, and the region without the heading that says it."""
    if heading := _element(region, "h1"):
        return _text(heading[0]), region[: heading[1]] + region[heading[2] :]
    for tag in ("h1", "title"):
        if (found := _element(page, tag)) and _text(found[0]):
            return _text(found[0]), _without_same_heading(region, _text(found[0]))
    return "", region


def _without_same_heading(region: str, title: str) -> str:
    heading = _element(region, "h2")
    if heading and same_words(_text(heading[0]), title):
        return region[: heading[1]] + region[heading[2] :]
    return region


def _element(html: str, tag: str) -> tuple[str, int, int] | None:
    """The first such element: what is in it, where it begins and ends."""
    opening = re.search(rf"<{tag}\b[^<>]*>", html, re.IGNORECASE)
    if not opening:
        return None
    closing = re.compile(rf"</{tag}\s*>", re.IGNORECASE).search(html, opening.end())
    if not closing:
        return None
    return html[opening.end() : closing.start()], opening.start(), closing.end()


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^<>]*>", "", html)).split())


def media_left_out(region: str, body: str) -> list[str]:
    notes = []
    for name, tag in _MEDIA.items():
        found = len(re.findall(rf"<{tag}\b", region, re.IGNORECASE))
        count = found - body.count(f"<{tag} ")
        if count > 0:
            what = f"{count} {name}{'' if count == 1 else 's'}"
            notes.append(f"{what}: not of this site; add images to the library and choose them")
    return notes
