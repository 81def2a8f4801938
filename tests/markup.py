"""Pages as browsers, readers and machines read them."""

import json
import re
from html.parser import HTMLParser
from typing import Any

TAG = re.compile(r"<[a-z/!][^>]*>", re.I)
LINKED_DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)


def one_line(html: str) -> str:
    """White space as browsers read it: one space for many, and none before the end of a tag."""
    return TAG.sub(lambda tag: tag[0].replace(" >", ">"), " ".join(html.split()))


def links_of(html: str) -> dict[str, str]:
    """The addresses that a page links to, with the words of the first link to each."""
    return _Links(html).words


def relations_of(html: str) -> dict[str, str]:
    """The addresses of a page's `link` and `a` elements by their `rel`, such as "canonical"."""
    return _Links(html).relations


def linked_data(html: str) -> dict[str, Any]:
    """The page's one block of JSON-LD."""
    (block,) = LINKED_DATA.findall(html)
    return json.loads(block)


def words_of(text: str) -> set[str]:
    """For what must not be said: within the keys, tokens and file names of a page any few letters may stand by chance."""
    return set(re.findall(r"\w+", text))


class _Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: dict[str, str] = {}
        self.relations: dict[str, str] = {}
        self._open, self._read = "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        address = given.get("href") or ""
        if tag in {"a", "link"} and address:
            for relation in (given.get("rel") or "").split():
                self.relations.setdefault(relation, address)
        if tag == "a":
            self._open, self._read = address, ""

    def handle_data(self, data: str) -> None:
        self._read += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._open:
            self.words.setdefault(self._open, " ".join(self._read.split()))
            self._open = ""
