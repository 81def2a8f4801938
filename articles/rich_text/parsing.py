"""Read any HTML, however broken or hostile, into a tree of bounded depth, in linear time.

The parser inside nh3 follows the HTML standard and with it takes time that grows with the
square of the input on deep nesting, stray closing tags, many attributes and runs of `&`
(a megabyte takes minutes). So HTML is first read here, where each tag costs the same, and
what is written from this tree is small and well formed when nh3 sees it.
"""

import re
from html import unescape

from config.web.text import characters

from .attributes import ATTRIBUTES, allowed_attributes
from .nodes import CELLS, CONTAINERS, INLINE, LEAVES, LISTS, ROW_GROUPS, VOID, Node

# A book has fewer elements and fewer ampersands, which take nh3 quadratic time.
MAX_NODES = 50_000
MAX_AMPERSANDS = 50_000
# Lists in quotes in tables: no text nests deeper on purpose.
MAX_CONTAINERS = 16

_TOKEN = re.compile(
    r"""
    <!--(?:-?>|.*?(?:--!?>|\Z))
  | <(?P<closing>/?)(?P<tag>[a-zA-Z][^\s/>]*+)
    (?P<attributes>(?:
        [\s/]++
      | [^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>]*+))?+
    )*+)
    (?:>|\Z)
  | <[!?/][^>]*+(?:>|\Z)
    """,
    re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    r"""([^\s/>=][^\s/>=]*+)\s*+=\s*+(?:"([^"]*+)"?|'([^']*+)'?|([^\s>]*+))""", re.VERBOSE
)
# In an attribute `&copy=1` is text, only `&copy;` is a sign (HTML 13.2.5.73).
_ATTRIBUTE_REFERENCE = re.compile(r"&(?:#\d+;?|#[xX][0-9a-fA-F]+;?|[a-zA-Z][a-zA-Z0-9]*;)")

_WRITTEN_INSTEAD_OF = {
    "strong": "b",
    "em": "i",
    "s": "strike del",
    "u": "ins",
    "h2": "h1",
    "h4": "h5 h6",
    "code": "kbd samp tt",
    "ul": "menu dir",
    "pre": "listing",
}
_RENAMED = {old: new for new, all_old in _WRITTEN_INSTEAD_OF.items() for old in all_old.split()}
# Elements that only break the text into paragraphs.
_BREAKS = frozenset(
    [
        "address",
        "article",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
        "form",
        "header",
        "hgroup",
        "html",
        "legend",
        "main",
        "nav",
        "p",
        "search",
        "section",
        "summary",
    ]
)
# Elements that are dropped with their content. One of the first kind takes all the rest along
# where its end is missing.
_RAW = frozenset(["iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"])
_DROPPED = _RAW | frozenset(
    [
        "applet",
        "audio",
        "button",
        "canvas",
        "datalist",
        "math",
        "noscript",
        "object",
        "select",
        "svg",
        "template",
        "video",
    ]
)
_CLOSERS = {tag: re.compile(rf"</{tag}(?=[\s/>])", re.IGNORECASE) for tag in _DROPPED}
_KNOWN = CONTAINERS | LEAVES | INLINE | VOID
_TABLE_PARTS = CELLS | ROW_GROUPS | {"caption", "tr"}
_TABLE_STRUCTURE = ROW_GROUPS | {"table", "tr"}
_STRUCTURE = _TABLE_STRUCTURE | LISTS
_NESTABLE = LISTS | {"aside", "blockquote", "figure", "table"}


def read_html(html: str) -> list[Node | str]:
    """The content as a tree: elements of the allow-list, paragraph breaks and text."""
    reader = _Reader()
    unclosed: set[str] = set()
    position = 0
    html = characters.tidy(html)
    while reader.nodes < MAX_NODES and (token := _TOKEN.search(html, position)):
        reader.text(html[position : token.start()])
        position = token.end()
        tag = (token["tag"] or "").lower()
        if not tag:
            continue
        if token["closing"]:
            reader.end(_RENAMED.get(tag, tag))
        elif tag in _DROPPED:
            position = _after_dropped(html, tag, token, unclosed)
        else:
            reader.start(_RENAMED.get(tag, tag), token["attributes"])
    reader.text(_TOKEN.sub(" ", html[position:]))
    return reader.root.children


def _after_dropped(html: str, tag: str, token: re.Match[str], unclosed: set[str]) -> int:
    if tag in {"math", "svg"} and token["attributes"].endswith("/"):
        return token.end()
    # Searched once: a thousand openings without an end must not each scan the rest.
    closer = None if tag in unclosed else _CLOSERS[tag].search(html, token.end())
    if closer:
        return closer.start()
    unclosed.add(tag)
    return len(html) if tag in _RAW else token.end()


class _Reader:
    """Builds the tree; `stack` holds the open elements, the root first."""

    def __init__(self) -> None:
        self.root = Node("root")
        self.stack = [self.root]
        self.nodes = self.ampersands = 0

    @property
    def top(self) -> Node:
        return self.stack[-1]

    def text(self, source: str) -> None:
        if not source:
            return
        text = source
        if "&" in source:
            text = characters.tidy(unescape(source))
            self.ampersands += text.count("&")
            if self.ampersands > MAX_AMPERSANDS:
                text = text.replace("&", "")
        if text.strip():
            self._enter_flow()
        elif self.top.tag in _STRUCTURE or (
            self._after_break() and self.top.tag != "pre" and not text.strip(" \t\n\r\f")
        ):
            return
        self.top.children.append(text)

    def start(self, tag: str, attributes: str) -> None:
        if tag in _BREAKS:
            self._break()
        elif tag in INLINE:
            if any(node.tag == tag for node in self.stack[-len(INLINE) :]):
                if tag != "a":
                    return
                self.end("a")
            self._enter_flow()
            self._push(tag, attributes)
        elif tag in {"br", "img"}:
            self._enter_flow()
            self._append(tag, attributes)
        elif tag in _KNOWN:
            self._start_block(tag, attributes)

    def end(self, tag: str) -> None:
        if tag in _BREAKS:
            self._break()
            return
        for index in range(len(self.stack) - 1, 0, -1):
            open_tag = self.stack[index].tag
            if open_tag == tag:
                del self.stack[index:]
                return
            # An inline end tag stays in its block, another in its cell.
            if tag in INLINE and open_tag not in INLINE:
                return
            if open_tag in CELLS and tag != "table" and tag not in _TABLE_PARTS:
                return
        if tag in _TABLE_PARTS:
            self._break()

    def _break(self) -> None:
        self._close_inline()
        if self.top.tag not in _STRUCTURE:
            self._append_break()

    def _start_block(self, tag: str, attributes: str) -> None:
        self._close_inline()
        if self.top.tag in LEAVES:
            self.stack.pop()
        if tag in _NESTABLE and len(self.stack) > MAX_CONTAINERS:
            self._append_break()
            return
        if tag == "li":
            self._enter_list()
        elif tag in _TABLE_PARTS:
            if not self._enter_table(tag):
                self._break()  # keeps the words of a row outside a table apart
                return
        else:
            self._enter_flow()
        self._push(tag, attributes)

    def _append(self, tag: str, attributes: str) -> Node:
        found: dict[str, str] = {}
        for name, *values in _ATTRIBUTE.findall(attributes) if tag in ATTRIBUTES else ():
            value = _ATTRIBUTE_REFERENCE.sub(lambda match: unescape(match[0]), "".join(values))
            found.setdefault(name.lower(), characters.tidy(value))
        node = Node(tag, allowed_attributes(tag, found))
        self.top.children.append(node)
        self.nodes += 1
        return node

    def _append_break(self) -> None:
        if not self._after_break():
            self._append("break", "")

    def _after_break(self) -> bool:
        last = self.top.children[-1] if self.top.children else None
        return isinstance(last, Node) and last.tag == "break"

    def _push(self, tag: str, attributes: str = "") -> None:
        node = self._append(tag, attributes)
        if tag not in VOID:
            self.stack.append(node)

    def _close_inline(self) -> None:
        while self.top.tag in INLINE:
            self.stack.pop()

    def _enter_flow(self) -> None:
        """Open an item in a list, or a cell in a table, where text or inline elements follow."""
        if self.top.tag in LISTS:
            self._push("li")
        elif self.top.tag in _TABLE_STRUCTURE:
            self._enter_table("td")
            self._push("td")

    def _enter_list(self) -> None:
        for index in range(len(self.stack) - 1, 0, -1):
            tag = self.stack[index].tag
            if tag in LISTS:
                del self.stack[index + 1 :]
                return
            if tag in CELLS or tag in {"aside", "blockquote", "figure"}:
                break
        self._enter_flow()
        self._push("ul")

    def _enter_table(self, tag: str) -> bool:
        """Close the parts of a table that `tag` ends, and open those around it.

        False when no table is open.
        """
        parents = {"td": "tr", "th": "tr", "tr": "group"}
        for index in range(len(self.stack) - 1, -1, -1):
            if self.stack[index].tag == "table":
                break
        else:
            return False
        wanted = parents.get(tag, "table")
        while self.top.tag != "table":
            if self.top.tag == wanted or (wanted == "group" and self.top.tag in ROW_GROUPS):
                return True
            if wanted == "tr" and self.top.tag in ROW_GROUPS:
                break
            self.stack.pop()
        if wanted in {"group", "tr"} and self.top.tag == "table":
            self._push("tbody")
        if wanted == "tr":
            self._push("tr")
        return True
