"""What readers type becomes plain text, and plain text becomes the HTML of a thread.

The only importer of bleach. bleach has reached its end of life: it only takes tags out of text that is escaped on its
way to the page, so a hole in it cannot become markup.
"""

import html
import re
import unicodedata

import bleach
from bleach.html5lib_shim import HTML_TAGS
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from comments.web_addresses import with_links
from config.web.text.characters import is_blank, tidy, upright

# Pointed Hebrew and Tibetan need as many; a flood of marks covers the lines around it.
MARKS_PER_LETTER = 5

_INVISIBLE_IN_NAMES = re.compile("[\u00ad\u034f\u115f\u1160\u180e\u200b\u2060-\u2064\u3164\uffa0]")

_OBSOLETE = "acronym applet basefont bgsound big blink center dir font frame frameset image isindex listing main marquee"
_OBSOLETE += " math nobr noembed noframes plaintext rb rtc search strike svg tt xmp"
_NAME = "|".join(sorted({*HTML_TAGS, *_OBSOLETE.split()}, key=len, reverse=True))
_FLAG = "allowfullscreen|async|autofocus|autoplay|checked|controls|defer|disabled|hidden|itemscope|loop|multiple|muted"
_FLAG += "|nomodule|noshade|novalidate|nowrap|open|playsinline|readonly|required|reversed|selected"
_VALUES = r"""(?:[^<>"']|"[^"]*"|'[^']*')*+"""
# A tag that HTML knows, closed, and with nothing after its name or with attributes: "a<b", "if (a<b && c>d)" and
# "dose <small but >10" are what somebody wrote and not tags.
_TAG = rf"<(?P<slash>/?)(?P<name>{_NAME})(?:[\s/]++(?:(?:{_FLAG})\b|[\w:.@-]++\s*+=){_VALUES}|[\s/]*+)>"
_COMMENT = r"<!--.*?-->|<!doctype\b[^<>]*>"
_MARKUP = re.compile(f"{_TAG}|{_COMMENT}", re.IGNORECASE | re.DOTALL)
_SCRIPT = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_WRAPPED_LINK = re.compile(r"<(https?://[^\s<>]+)>", re.IGNORECASE)
_WOULD_BE_TAG = re.compile(r"<(?=[a-z/!])", re.IGNORECASE)
# Tags that stand within words; all others hold the words beside them apart.
_WITHIN_WORDS = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "blink",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "rb",
        "rp",
        "rt",
        "rtc",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)


def clean(text: str, *, limit: int) -> str:
    """Plain text of at most `limit` characters, as typed but for tags, unwanted characters and idle white space.

    Never raises, and what it returns comes back the same from a second call. It is text, not HTML: escape it.
    """
    text = visible(text[:limit])
    text = _without_tags(_WRAPPED_LINK.sub(r"\1", _SCRIPT.sub("", text)))
    if _MARKUP.search(text) or _WRAPPED_LINK.search(text):
        # Tags had been nested so that taking one out makes another: none of them is a tag any more.
        text = _WOULD_BE_TAG.sub("< ", text)
    text = _tidy(_limit_marks(text))[:limit].rstrip()
    return "" if is_blank(text) else text


def clean_name(text: str, *, limit: int) -> str:
    """A name on one line. In the compatible form of Unicode (NFKC), so that look-alike alphabets fall together."""
    text = unicodedata.normalize("NFKC", _INVISIBLE_IN_NAMES.sub("", visible(text[: limit * 4])))
    # A tag taken out can leave a letter beside a mark that it was not written with.
    return " ".join(unicodedata.normalize("NFC", clean(text, limit=limit)).split())


def visible(text: str) -> str:
    """Without characters that show nothing and mislead: controls, bidi controls, surrogates, non-characters."""
    return upright(tidy(text))


def as_html(text: str) -> SafeString:
    """Escaped, in paragraphs, each with the direction of its own script; addresses of web pages are links."""
    paragraphs = (part.strip("\n") for part in re.split(r"\n{2,}", text))
    return format_html_join(
        "\n", '<p dir="auto">{}</p>', ((_lines(part),) for part in paragraphs if part)
    )


def _without_tags(text: str) -> str:
    """bleach gets the tags bare and everything else escaped, so it can neither lose text nor be slow on it."""
    pieces: list[str] = []
    end = 0
    for match in _MARKUP.finditer(text):
        pieces.append(html.escape(text[end : match.start()], quote=False))
        pieces.append(_bare(match, pieces[-1] or "".join(pieces[-2:])))
        end = match.end()
    if not pieces:
        return text
    pieces.append(html.escape(text[end:], quote=False))
    return html.unescape(bleach.clean("".join(pieces), tags=set(), strip=True, strip_comments=True))


def _bare(match: re.Match[str], before: str) -> str:
    """What goes to bleach for a tag that stands behind the text `before`."""
    name = (match["name"] or "").lower()
    if not name:
        return "<!---->"
    if name == "br" or (name == "p" and match["slash"]):
        return "\n"
    if name in {"td", "th"}:
        return " " if match["slash"] else ""
    if name not in _WITHIN_WORDS:
        is_line_begun = bool(before) and not before.endswith("\n")
        return "\n" if is_line_begun else "<p>" * (name == "p")
    return f"<{match['slash']}{name}>"


def _limit_marks(text: str) -> str:
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= MARKS_PER_LETTER:
            kept.append(character)
    return "".join(kept)


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def _lines(paragraph: str) -> SafeString:
    return format_html_join(
        mark_safe("<br>"), "{}", ((with_links(line),) for line in paragraph.split("\n"))
    )


def quoted(text: str) -> str:
    """Text for a plain mail. Each line is marked, so that none can pass for the site's own."""
    return "\n".join(f"> {line}" for line in text.splitlines())
