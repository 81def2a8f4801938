"""The words of a text, to see that an import loses none. Reads HTML apart from all other code."""

import re
from collections import Counter
from html import unescape

_UNREAD = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"""</?[a-zA-Z](?:[^<>"']|"[^"]*"|'[^']*')*>""")
_INLINE = re.compile(
    r"</?(?:a|abbr|b|cite|code|em|font|i|mark|s|small|span|strong|sub|sup|u|wbr)\b[^<>]*>",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


def words_of_text(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.casefold()))


def words_of_html(html: str) -> Counter[str]:
    """The words that a reader of the HTML sees. Attributes, comments and scripts have none."""
    html = _INLINE.sub("", _UNREAD.sub(" ", html))
    return words_of_text(unescape(_TAG.sub(" ", html)))


def text_of_html(html: str) -> str:
    """The words in a line, for a name or a report."""
    return " ".join(unescape(_TAG.sub(" ", _UNREAD.sub(" ", html))).split())
