"""The HTML of a source: pictures get the library's keys, and what the cleaning drops is named."""

import re
from collections.abc import Callable
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from config.moving.records import Picture
from config.moving.report import Report

_LINKED_PICTURE = re.compile(
    r"""<a\b[^>]*\bhref=["'][^"']+\.(?:jpe?g|png|gif|webp|avif)["'][^>]*>"""
    r"""\s*(<img\b[^>]*>)\s*</a>""",
    re.IGNORECASE,
)
# Dropped with their content; the second column is the kind in the report.
_DROPPED = {
    "applet": "embed",
    "canvas": "script",
    "datalist": "form",
    "math": "formula",
    "noscript": "script",
    "object": "embed",
    "script": "script",
    "select": "form",
    "style": "style sheet",
    "svg": "drawing",
    "template": "script",
    "textarea": "form",
}
_PLAYERS = {"audio", "video"}
_FRAMES = {"figure", "li", "ul"}
_EMBEDS = {"iframe", "embed", "frame"}
_UNWRAPPED = {"button", "label", "noembed", "noframes", "title", "xmp"}
# Lists of a gallery: their pictures stand one below the other.
_GALLERY = re.compile(r"\b(?:wp-block-gallery|blocks-gallery-\w+|gallery)\b")
_VOID = {"embed", "input", "source", "track"}

type Find = Callable[[str, str], Picture | None]


def rewritten(
    html: str, *, report: Report, find: Find, base: str
) -> tuple[str, dict[str, Picture]]:
    """The HTML for a record, and the pictures in it by their keys.

    `find(address, classes)` says which picture an `<img>` shows. Links without a host are made
    whole by `base`.
    """
    rewriter = _Rewriter(report, find, base)
    rewriter.feed(_LINKED_PICTURE.sub(r"\1", html))
    rewriter.close()
    rewriter.end_dropped()
    return "".join(rewriter.pieces), rewriter.pictures


class _Rewriter(HTMLParser):
    def __init__(self, report: Report, find: Find, base: str) -> None:
        super().__init__(convert_charrefs=False)
        self.report, self.find, self.base = report, find, base
        self.pieces: list[str] = []
        self.pictures: dict[str, Picture] = {}
        self.dropped = ""  # the element that is being dropped
        self.depth = 0
        self.words: list[str] = []
        # Whether each open figure, list and item is left out.
        self.frames: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if self.dropped:
            self.depth += tag == self.dropped
        elif tag in _DROPPED:
            self.dropped, self.depth = tag, 1
            self.words = [found.get("src", found.get("data", ""))]
        elif tag == "img":
            self.picture(found)
        elif tag in _EMBEDS | _PLAYERS | {"form", "source"}:
            self.foreign(tag, found)
        elif tag in _FRAMES:
            self.frames.append(bool(_GALLERY.search(found.get("class", ""))))
            self.pieces.append("<p>" if self.frames[-1] else f"<{tag}>")
        elif tag == "figcaption":
            self.pieces.append("<p>" if self.frames and self.frames[-1] else "<figcaption>")
        elif tag not in _UNWRAPPED and tag not in _VOID:
            self.plain(tag, found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in _DROPPED or tag in _FRAMES:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.dropped:
            self.depth -= tag == self.dropped
            if not self.depth:
                self.end_dropped()
        elif tag in _FRAMES and self.frames:
            self.pieces.append("<p>" if self.frames.pop() else f"</{tag}>")
        elif tag == "figcaption":
            self.pieces.append("<p>" if self.frames and self.frames[-1] else "</figcaption>")
        elif tag == "form":
            self.pieces.append("<p>")
        elif tag not in _DROPPED and tag not in _EMBEDS | _UNWRAPPED | _PLAYERS:
            self.pieces.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        (self.words if self.dropped else self.pieces).append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def end_dropped(self) -> None:
        """Name what was dropped, also where its end is missing."""
        if self.dropped:
            words = unescape(" ".join(self.words))
            self.report.say(_DROPPED[self.dropped], f"<{self.dropped}> {words}")
        self.dropped = ""

    def picture(self, found: dict[str, str]) -> None:
        address = found.get("src", "").strip()
        if address.startswith("data:") or not address:  # until a script puts the picture in
            address = found.get("data-src") or found.get("data-lazy-src") or ""
        alt = found.get("alt", "")
        if "s.w.org/images/core/emoji" in address or "wp-smiley" in found.get("class", ""):
            self.pieces.append(escape(alt, quote=False))
            return
        picture = self.find(address.strip(), found.get("class", ""))
        if picture is None:
            self.report.say("picture", f"without an address {alt}")
            return
        self.pictures[picture.foreign_id] = picture
        shown = escape(" ".join((alt or picture.alt).split()))
        self.pieces.append(f'<img src="import:{escape(picture.foreign_id)}" alt="{shown}">')

    def foreign(self, tag: str, found: dict[str, str]) -> None:
        """Replace an element that belongs to another page: a player, an embed or a form."""
        if tag == "form":
            self.report.say("form", f"<form> {found.get('action', '')}")
            self.pieces.append("<p>")
        elif tag in _EMBEDS:
            self.link("embed", tag, found)
        elif found.get("src"):
            self.link("player", tag, found)

    def plain(self, tag: str, found: dict[str, str]) -> None:
        if tag != "a" or "href" not in found:
            self.pieces.append(self.get_starttag_text() or "")
            return
        address = self.whole(found["href"])
        if urlsplit(address).scheme not in {"", "http", "https", "mailto"}:
            self.report.say("link", address)
        self.pieces.append(f'<a href="{escape(address)}">')

    def link(self, kind: str, tag: str, found: dict[str, str]) -> None:
        """Write a link to the page in place of its player."""
        address = self.whole(found.get("src", ""))
        said = f"<{tag}> {address} {found.get('title', '')}"
        self.report.say(kind, said)
        if urlsplit(address).scheme in {"http", "https"}:
            shown = escape(address)
            self.pieces.append(f'<p><a href="{shown}">{shown}</a><p>')

    def whole(self, address: str) -> str:
        if address.startswith("#"):
            return address
        try:
            whole = urljoin(f"{self.base}/", address.strip())
            urlsplit(whole)
        except ValueError:
            self.report.say("link", address)
            return ""
        return whole
