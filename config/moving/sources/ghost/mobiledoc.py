"""Mobiledoc, the JSON in which Ghost kept texts until 2023, as HTML."""

from collections import Counter
from collections.abc import Mapping
from html import escape
from typing import Any

from config.moving.sources.ghost.cards import Say, card_as_html, strings_in
from config.moving.sources.ghost.lexical import words_in
from config.moving.wording import text_of_html, words_of_text

_NAMES = "a aside blockquote code em h1 h2 h3 h4 h5 h6 p s strong sub sup u"
_TAGS = frozenset(_NAMES.split())
_RENAMED = {"b": "strong", "i": "em", "del": "s", "strike": "s", "pull-quote": "blockquote"}


class Mobiledoc:
    """`say(kind, text)` is told what is not in the HTML."""

    def __init__(self, document: Mapping[str, Any], say: Say) -> None:
        self.document, self.say = document, say

    def html(self) -> str:
        sections = self.document.get("sections")
        return "".join(map(self.section, sections if isinstance(sections, list) else []))

    def words(self) -> Counter[str]:
        """The words of the document, found apart from what is made of it."""
        lines: list[str] = []
        for section in self.document.get("sections") or []:
            markers = section[2] if isinstance(section, list) and len(section) > 2 else []
            lists = markers if section[0] == 3 else [markers]
            lines += ["".join(str(part[3]) for part in line if part[0] == 0) for line in lists]
        return words_of_text(" ".join(lines)) + words_in(self.document.get("cards"))

    def section(self, section: Any) -> str:
        try:
            match section:
                case [1, str(tag), list(markers)]:
                    tag = _tag(tag) or "p"
                    return f"<{tag}>{self.line(markers)}</{tag}>"
                case [2, str(address)]:
                    return f'<figure><img src="{escape(address)}" alt=""></figure>'
                case [3, str(tag), list(items)]:
                    inner = "".join(f"<li>{self.line(item)}</li>" for item in items)
                    return f"<ol>{inner}</ol>" if tag == "ol" else f"<ul>{inner}</ul>"
                case [10, int(number)]:
                    return self.card(self.document["cards"][number])
        except (IndexError, KeyError, TypeError, ValueError):
            pass
        self.say("unknown section", text_of_html(" ".join(strings_in(section))))
        return ""

    def card(self, card: Any) -> str:
        kind, payload = str(card[0]), card[1] if len(card) > 1 else {}
        payload = payload if isinstance(payload, dict) else {}
        written = card_as_html(kind, payload, self.say)
        if written is None:
            words = text_of_html(" ".join(strings_in(payload)))
            self.say("unknown card", f"{kind} {words}")
        return written or ""

    def line(self, markers: list[Any]) -> str:
        """Text with marks that open and close, each marker as [kind, opened, closed, text]."""
        pieces: list[str] = []
        open_tags: list[str] = []
        for kind, opened, closed, value in markers:
            for number in opened:
                name, attributes = (*self.document["markups"][number], [])[:2]
                tag = _tag(name) or "span"
                found = dict(zip(attributes[::2], attributes[1::2], strict=False))
                address = f' href="{escape(str(found["href"]))}"' if "href" in found else ""
                pieces.append(f"<{tag}{address}>")
                open_tags.append(tag)
            pieces.append(self.atom(value) if kind == 1 else escape(str(value), quote=False))
            pieces += [f"</{open_tags.pop()}>" for _ in range(min(closed, len(open_tags)))]
        return "".join([*pieces, *(f"</{tag}>" for tag in reversed(open_tags))])

    def atom(self, number: int) -> str:
        name, text = self.document["atoms"][number][:2]
        if name == "soft-return":
            return "<br>"
        self.say("unknown atom", f"{name} {text}")
        return escape(str(text), quote=False)


def _tag(name: str) -> str:
    name = _RENAMED.get(name, name)
    return name if name in _TAGS else ""
