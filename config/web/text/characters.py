"""Characters that are removed from every text, and characters that are not visible.

config/web/text/fields.py removes the former from every text column. Comments and feeds use the same
rules.
"""

import re
import unicodedata
from typing import Any

# Line ends of all kinds. Word writes a vertical tab for a line break, and a form feed for a page.
_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_NON_CHARACTERS = "\ufdd0-\ufdef" + "".join(
    chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)
)
# Controls but tab and newline, byte order mark, annotation marks, lone surrogates, what is no
# character.
_CONTROLS = f"\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufff9-\ufffb\ud800-\udfff{_NON_CHARACTERS}"
_UNWANTED = re.compile(f"[{_CONTROLS}]")
# Bidi_Control of Unicode Standard Annex 9: one of these in a name turns the words around it.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile(r"[\t\n]+")
# What XML 1.0 cannot hold, not even escaped: one such character would break a whole feed.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Letters and signs that are drawn as nothing, and what Unicode keeps free for more of them.
_FILLERS = re.compile(
    "[\u115f\u1160\u17b4\u17b5\u2065\u2800\u3164\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
_UNSEEN = {"Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Mn", "Me"}


def tidy(text: str) -> str:
    """The text without control characters and non-characters. Every line end becomes a newline."""
    return text if _is_plain(text) else _UNWANTED.sub("", _LINE_END.sub("\n", text))


def one_line(text: str) -> str:
    """`tidy` for names and titles: line ends and tabs become spaces, direction marks go."""
    return text if _is_plain(text) else _BREAKS.sub(" ", upright(tidy(text)))


def upright(text: str) -> str:
    """The text without marks that turn the direction of the words around them."""
    return _TURNING.sub("", text)


def is_blank(text: str) -> bool:
    """Whether no character of the text is visible."""
    return all(unicodedata.category(sign) in _UNSEEN for sign in _FILLERS.sub("", text))


def for_xml(value: Any) -> Any:
    """A text, or the texts in lists and tuples, without characters that XML 1.0 forbids."""
    if isinstance(value, str):
        return _NOT_XML.sub("", value)
    return type(value)(map(for_xml, value)) if isinstance(value, list | tuple) else value


def each_text(value: Any, change: Any) -> Any:
    """A JSON value with `change` applied to all its texts, keys included."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {each_text(key, change): each_text(kept, change) for key, kept in value.items()}
    return [each_text(kept, change) for kept in value] if isinstance(value, list | tuple) else value


def _is_plain(text: str) -> bool:
    """A quick test: nearly all texts hold nothing to remove."""
    return text.isascii() and text.isprintable()
