"""Paragraphs of classic WordPress text, whose authors typed empty lines instead of tags."""

import re

# Browsers and WordPress break the text at these.
_NAMES = "address article aside audio blockquote caption center col colgroup dd details dialog"
_NAMES += " div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr iframe"
_NAMES += " legend li main map menu nav object ol p pre script section style summary table tbody"
_NAMES += " td tfoot th thead tr ul video"
BLOCKS = frozenset(_NAMES.split())
_TOKEN = re.compile(
    r"<!--.*?-->|<(?P<kept>pre|script|style|textarea)\b.*?(?:</(?P=kept)\s*>|\Z)"
    r"""|</?(?P<tag>[a-zA-Z][\w-]*)(?:[^<>"']|"[^"]*"|'[^']*')*>""",
    re.IGNORECASE | re.DOTALL,
)
_EMPTY_LINES = re.compile(r"[ \t]*\n[ \t]*\n\s*")


def with_paragraphs(text: str) -> str:
    """The text with `<p>` at empty lines and `<br>` at line ends; `<pre>` stays as it is."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    pieces: list[str] = []
    position, after_block = 0, True
    for token in _TOKEN.finditer(text):
        is_block = bool(token["kept"]) or (token["tag"] or "").lower() in BLOCKS
        between = text[position : token.start()]
        pieces.append(_broken(between, after=after_block, before=is_block))
        pieces.append(token[0])
        position = token.end()
        after_block = is_block or (after_block and not between.strip())
    pieces.append(_broken(text[position:], after=after_block, before=True))
    return "".join(pieces)


def _broken(text: str, *, after: bool, before: bool) -> str:
    """A text between two tags. No line break stands beside a block."""
    if after:
        text = text.lstrip()
    if before:
        text = text.rstrip()
    paragraphs = _EMPTY_LINES.split(text)
    return "\n<p>".join(part.replace("\n", "<br>\n") for part in paragraphs)
