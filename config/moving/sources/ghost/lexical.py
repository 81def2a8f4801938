"""Ghost's lexical text, a tree in JSON, as HTML."""

from collections import Counter
from collections.abc import Iterator
from html import escape
from typing import Any

from articles.importing.markdown import markdown_as_html
from config.moving.sources.ghost.cards import Card, Say, card_as_html, strings_in
from config.moving.wording import text_of_html, words_of_html, words_of_text

_DEEPEST = 60
# The bits of `format`, the outermost element last.
_FORMATS = {
    16: "code",
    32: "sub",
    64: "sup",
    8: "u",
    4: "s",
    2: "em",
    1: "strong",
}
# Elements with children, and what they are in HTML.
_ELEMENTS = {
    "aside": "blockquote",
    "extended-quote": "blockquote",
    "listitem": "li",
    "paragraph": "p",
    "quote": "blockquote",
}
_UNWRAPPED = frozenset(["", "root", "at-link", "autolink-group"])
_HEADINGS = frozenset(["heading", "extended-heading"])
_TEXTS = frozenset(["text", "extended-text", "code-highlight"])
_LINKS = frozenset(["link", "autolink"])
_SPACES = {"linebreak": "<br>", "tab": " ", "zwnj": ""}
# Fields with words that readers see: plain ones, and those in HTML.
_PLAIN = frozenset(
    ["buttonText", "calloutEmoji", "code", "fileTitle", "productButton", "sponsorLabel", "text"]
)
_HTML_NAMES = "calloutText caption content fileCaption header heading html productDescription"
_IN_HTML = frozenset(f"{_HTML_NAMES} productTitle subheader textValue".split())


class Lexical:
    """`say(kind, text)` is told what is not in the HTML."""

    def __init__(self, say: Say) -> None:
        self.say = say

    def html(self, node: object, depth: int = 0) -> str:
        if not isinstance(node, dict):
            return ""
        kind = str(node.get("type", ""))
        if depth > _DEEPEST:
            self.say("nesting", text_of_html(" ".join(strings_in(node))))
            return ""
        if kind in _TEXTS:
            return _formatted(node)
        if kind in _SPACES:
            return _SPACES[kind]
        children = node.get("children") or [node.get("root")]
        children = children if isinstance(children, list) else []
        inner = "".join(self.html(child, depth + 1) for child in children)
        return self.element(kind, node, inner)

    def element(self, kind: str, node: Card, inner: str) -> str:
        if kind in _UNWRAPPED:
            return inner
        if kind in _LINKS:
            return f'<a href="{escape(str(node.get("url") or ""))}">{inner}</a>'
        if tag := self.tag(kind, node):
            return f"<{tag}>{inner}</{tag}>"
        written = card_as_html(kind, node, self.say)
        if written is None:
            own = {name: value for name, value in node.items() if name not in {"children", "type"}}
            self.say("unknown card", f"{kind} {text_of_html(' '.join(strings_in(own)))}")
        return (written or "") + inner

    def tag(self, kind: str, node: Card) -> str:
        if kind in _HEADINGS:
            tag = str(node.get("tag", ""))
            return tag if tag in {"h1", "h2", "h3", "h4", "h5", "h6"} else "h2"
        if kind == "list":
            return "ol" if node.get("listType") == "number" else "ul"
        return _ELEMENTS.get(kind, "")


def _formatted(node: Card) -> str:
    html = escape(str(node.get("text") or ""), quote=False)
    mask = node.get("format")
    for bit, tag in _FORMATS.items():
        if isinstance(mask, int) and mask & bit:
            html = f"<{tag}>{html}</{tag}>"
    return html


def nodes_of(value: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    """All objects of a tree."""
    if depth > _DEEPEST:
        return
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict):
        yield value
    for child in inner:
        yield from nodes_of(child, depth + 1)


def words_in(tree: object) -> Counter[str]:
    """The words of a tree, found by the names of their fields and not by the kinds of nodes."""
    words: Counter[str] = Counter()
    run: list[str] = []  # texts of one line may be parts of one word

    def end_run() -> None:
        words.update(words_of_text("".join(run)))
        run.clear()

    for node in nodes_of(tree):
        if isinstance(node.get("text"), str) and "children" not in node:
            run.append(node["text"])
            continue
        if node.get("type") not in _LINKS:
            end_run()
        for name, value in node.items():
            if not isinstance(value, str):
                continue
            if name == "markdown":
                words.update(words_of_html(markdown_as_html(value)))
            elif name in _PLAIN:
                words.update(words_of_text(value))
            elif name in _IN_HTML:
                words.update(words_of_html(value))
    end_run()
    return words
