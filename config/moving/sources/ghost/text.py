"""The text of a post: its HTML, else its lexical tree, else its mobiledoc."""

import re
from collections import Counter
from dataclasses import dataclass

from config.moving.report import Report
from config.moving.sources.ghost.cards import MAIL_ONLY
from config.moving.sources.ghost.export import Row, text_in
from config.moving.sources.ghost.lexical import Lexical, nodes_of, words_in
from config.moving.sources.ghost.mobiledoc import Mobiledoc
from config.moving.wording import text_of_html, words_of_html
from config.web.text.json_text import read_json

# Parts of a page that only members saw.
_GATED = re.compile(
    r"<!--\s*kg-gated-block:begin([^>]*)-->(.*?)<!--\s*kg-gated-block:end\s*-->", re.DOTALL
)


@dataclass(frozen=True)
class Text:
    """`html` is not clean. `words` are those of the source, also of what is left out."""

    html: str
    words: Counter[str]

    @classmethod
    def of(cls, post: Row, report: Report) -> "Text":
        """What is left out is told to the report."""
        lexical = _json(text_in(post, "lexical"))
        if html := text_in(post, "html"):
            for node in nodes_of(lexical):
                if node.get("type") in MAIL_ONLY:  # the HTML of the page is without them
                    said = text_of_html(text_in(node, "html"))
                    report.say(f"card {node['type']}", said)
            return cls(_for_all(html, report), words_of_html(html))
        if isinstance(lexical, dict):
            html = Lexical(report.say).html(lexical)
            return cls(_for_all(html, report), words_in(lexical))
        mobiledoc = _json(text_in(post, "mobiledoc"))
        if isinstance(mobiledoc, dict):
            document = Mobiledoc(mobiledoc, report.say)
            return cls(_for_all(document.html(), report), document.words())
        for name in ("lexical", "mobiledoc"):
            if text_in(post, name):
                report.say("text", f"its {name} cannot be read: {text_in(post, name)}")
        return cls("", Counter())


def _for_all(html: str, report: Report) -> str:
    """The HTML without the parts that only members saw."""

    def shown(match: re.Match[str]) -> str:
        if "nonMember:true" in match[1].replace(" ", ""):
            return match[2]
        report.say("for members only", text_of_html(match[2]))
        return ""

    if "<!--members-only-->" in html:
        report.say("card paywall", "its mark is left out, the text around it stays")
    return _GATED.sub(shown, html)


def _json(text: str) -> object:
    """The text read as JSON; None if that fails."""
    try:
        return read_json(text) if text else None
    except ValueError:
        return None
