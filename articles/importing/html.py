"""HTML pages: the article in the page, without the parts of the page around it."""

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
    found = next(filter(None, (_element(page, tag) for tag in ("article", "main", "body"))), None)
    region = _without_surroundings(found[0] if found else page, skipped)
    title, region = title_and_text(page, region)
    article = parsed_article(title, region, skipped=skipped)
    article.skipped.extend(media_left_out(region, article.body))
    return article


def _without_surroundings(region: str, skipped: list[str]) -> str:
    """The region without <nav>, <form>, <aside> and <footer>. One that is never closed stays."""
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
                if words := derive(region[cut:position]).plain_text:
                    note = f"<{edge[2].lower()}> {shown(words)}: stands around the article"
                    skipped.append(note)
    return "".join([*kept, region[position:]])


def title_and_text(page: str, region: str) -> tuple[str, str]:
    """The title of the article in `region`, and `region` without the heading that repeats it.

    `page` is the whole page, for its <h1> or <title> where the region has no <h1>.
    """
    if heading := _element(region, "h1"):
        return _text(heading[0]), region[: heading[1]] + region[heading[2] :]
    for tag in ("h1", "title"):
        if (found := _element(page, tag)) and (title := _text(found[0])):
            heading = _element(region, "h2")
            if heading and same_words(_text(heading[0]), title):
                region = region[: heading[1]] + region[heading[2] :]
            return title, region
    return "", region


def _element(html: str, tag: str) -> tuple[str, int, int] | None:
    """The first element of this tag: its content, its start and its end in `html`."""
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
    """Notes on pictures, frames, videos and sounds of `region` that the clean `body` lacks."""
    notes = []
    for name, tag in _MEDIA.items():
        found = len(re.findall(rf"<{tag}\b", region, re.IGNORECASE))
        count = found - body.count(f"<{tag} ")
        if count > 0:
            what = f"{count} {name}{'' if count == 1 else 's'}"
            notes.append(f"{what}: not of this site; add images to the library and choose them")
    return notes
