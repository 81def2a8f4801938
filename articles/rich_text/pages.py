"""Whole pages as a tree: parsed as browsers do (HTML 13.2), before anything is cleaned.

For imports, which must see what the cleaning would drop. The tree is no trusted HTML.
"""

from html.parser import HTMLParser

import nh3

from config.web.text import characters

from .nodes import Node

_NAMES = "a abbr address article aside audio b bdi bdo blockquote br button caption center cite"
_NAMES += " code col colgroup dd del details dfn div dl dt em embed fieldset figcaption figure"
_NAMES += " footer form h1 h2 h3 h4 h5 h6 header hgroup hr i iframe img input ins kbd label legend"
_NAMES += " li main mark nav object ol option p picture pre q ruby rb rp rt s samp section select"
_NAMES += " small source span strike strong sub summary sup table tbody td tfoot th thead time tr"
_NAMES += " tt u ul var video wbr textarea title"
_PAGES = nh3.Cleaner(
    tags=set(_NAMES.split()),
    clean_content_tags={"canvas", "math", "noscript", "script", "style", "svg", "template"},
    attributes={
        "*": {"class", "id", "style"},
        "a": {"href"},
        "audio": {"src"},
        "embed": {"src"},
        "iframe": {"src", "title"},
        "img": {"alt", "src", "title"},
        "ol": {"reversed", "start", "type"},
        "source": {"src"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan", "scope"},
        "time": {"datetime"},
        "video": {"src"},
    },
    url_schemes={"data", "http", "https", "mailto"},
    link_rel=None,
)
_DEEPEST = 100  # elements below stand side by side in that one
_VOID = frozenset(["br", "col", "embed", "hr", "img", "input", "source", "wbr"])


def read_page(html: str) -> Node:
    """The content of a page. Scripts, styles and drawings are not in it."""
    builder = _Builder()
    builder.feed(_PAGES.clean(characters.tidy(html)))
    builder.close()
    return builder.root


class _Builder(HTMLParser):
    """Builds the tree of HTML that is whole: each element is closed in its place."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("body")
        self.stack = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        if len(self.stack) > _DEEPEST and tag not in _VOID:
            node = self.stack[-1]
        else:
            self.stack[-1].children.append(node)
        if tag not in _VOID:
            self.stack.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and len(self.stack) > 1:
            self.stack.pop()

    def handle_data(self, data: str) -> None:
        self.stack[-1].children.append(data)
