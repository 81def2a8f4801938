"""What readers type becomes plain text, and plain text becomes the HTML of a thread.

This is the only importer of bleach, which has reached its end of life. It only takes tags out of
text that is escaped on its way to the page, so a hole in it cannot become markup.
"""

import html
import re
import unicodedata
from bisect import bisect_left
from urllib.parse import urlsplit

import bleach
from bleach.html5lib_shim import HTML_TAGS
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from config.web.text.characters import is_blank, tidy, upright

# Pointed Hebrew and Tibetan need as many; a flood of marks covers the lines around it.
MARKS_PER_LETTER = 5

_INVISIBLE_IN_NAMES = re.compile("[\u00ad\u034f\u115f\u1160\u180e\u200b\u2060-\u2064\u3164\uffa0]")

_OBSOLETE = "acronym applet basefont bgsound big blink center dir font frame frameset image isindex"
_OBSOLETE += (
    " listing main marquee math nobr noembed noframes plaintext rb rtc search strike svg tt xmp"
)
_NAME = "|".join(sorted({*HTML_TAGS, *_OBSOLETE.split()}, key=len, reverse=True))
_FLAG = "allowfullscreen|async|autofocus|autoplay|checked|controls|defer|disabled|hidden|itemscope"
_FLAG += "|loop|multiple|muted|nomodule|noshade|novalidate|nowrap|open|playsinline|readonly"
_FLAG += "|required|reversed|selected"
_VALUES = r"""(?:[^<>"']|"[^"]*"|'[^']*')*+"""
# A tag that HTML knows, closed, with nothing or attributes after its name. "a<b", "if (a<b && c>d)"
# and "dose <small but >10" are no tags.
_ATTRIBUTES = rf"[\s/]++(?:(?:{_FLAG})\b|[\w:.@-]++\s*+=){_VALUES}"
_TAG = rf"<(?P<slash>/?)(?P<name>{_NAME})(?:{_ATTRIBUTES}|[\s/]*+)>"
_COMMENT = r"<!--.*?-->|<!doctype\b[^<>]*>"
_MARKUP = re.compile(f"{_TAG}|{_COMMENT}", re.IGNORECASE | re.DOTALL)
_SCRIPT = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_WRAPPED_LINK = re.compile(r"<(https?://[^\s<>]+)>", re.IGNORECASE)
_WOULD_BE_TAG = re.compile(r"<(?=[a-z/!])", re.IGNORECASE)
# Tags that can stand within a word. All others separate words.
_INLINE = "a abbr acronym b bdi bdo big blink cite code data del dfn em font i ins"
_INLINE += " kbd label mark nobr q rb rp rt rtc ruby s samp small span strike strong sub sup"
_INLINE += " time tt u var wbr"
_WITHIN_WORDS = frozenset(_INLINE.split())

# Addresses of web pages in plain text, which become links without the sentence around them.
LINK_TEXT_LENGTH = 60

_SCHEME = re.compile(r"https?://(?=[\w\[])", re.IGNORECASE)
# Signs of a sentence that no address holds, also of scripts without spaces, and characters that
# nobody sees. Joiners, the middle dots of words (col·lecció, ジョン・レノン) and the short dash
# stay.
_END = re.compile(
    '[\\s\x00-\x1f\x7f-\x9f<>"`\\\\|„‚‟‛…—―•'
    "。、！，：；？～．｡､＂＇＜＞｜￮〃〝〞〟"
    "،؛؟۔।॥։׃።፣፤፥፦፧།༎၊။។៕"
    "\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe0e\ufe0f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)
_OPENED_BY = dict(
    zip(")]}»›”」』】）］｝》〉〕〗〙〛｣", "([{«‹“「『【（［｛《〈〔〖〘〚｢", strict=True)
)
_BRACKETS = re.escape("".join(_OPENED_BY) + "".join(_OPENED_BY.values()))
# An apostrophe between two letters belongs to a word. Any other is a quotation mark without a pair.
_MARK = re.compile(rf"[{_BRACKETS}]|‘|(?<!\w)’|’(?!\w)")
_TRAILING = ".,:;!?'’*_~·・‧–‒"
_LONGEST_HOST = 300  # characters that are searched for a host
_AUTHORITY = re.compile(r"[^/?#]*")


def clean(text: str, *, limit: int) -> str:
    """Plain text of at most `limit` characters, without tags, unseen characters and idle space.

    Never raises. A second call changes nothing. The result is text, not HTML: escape it.
    """
    text = visible(text[:limit])
    text = _without_tags(_WRAPPED_LINK.sub(r"\1", _SCRIPT.sub("", text)))
    if _MARKUP.search(text) or _WRAPPED_LINK.search(text):
        # Tags had been nested so that taking one out makes another: none of them is a tag any more.
        text = _WOULD_BE_TAG.sub("< ", text)
    lines = "\n".join(line.rstrip() for line in _limit_marks(text).split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", lines).strip()[:limit].rstrip()
    return "" if is_blank(text) else text


def clean_name(text: str, *, limit: int) -> str:
    """A name on one line, in Unicode's compatible form (NFKC), which has fewer look-alikes."""
    text = unicodedata.normalize("NFKC", _INVISIBLE_IN_NAMES.sub("", visible(text[: limit * 4])))
    # A tag taken out can leave a letter beside a mark that it was not written with.
    return " ".join(unicodedata.normalize("NFC", clean(text, limit=limit)).split())


def visible(text: str) -> str:
    """The text without controls, bidi controls, surrogates and non-characters."""
    return upright(tidy(text))


def as_html(text: str) -> SafeString:
    """Escaped paragraphs, each with the direction of its script. Web addresses are links."""
    paragraphs = (part.strip("\n") for part in re.split(r"\n{2,}", text))
    in_lines = ([(with_links(line),) for line in part.split("\n")] for part in paragraphs if part)
    with_breaks = ((format_html_join(mark_safe("<br>"), "{}", lines),) for lines in in_lines)
    return format_html_join("\n", '<p dir="auto">{}</p>', with_breaks)


def with_links(line: str) -> SafeString:
    """One line, escaped and with links. Its time grows in proportion to the length only."""
    if not _SCHEME.search(line):
        return mark_safe(html.escape(line))  # noqa: S308 - escaped
    pieces, end, run_end = [], 0, 0
    marks = _Marks(line)
    for scheme in _SCHEME.finditer(line):
        start, rest = scheme.span()
        if start < end or _is_within_a_word(line, start):
            continue
        if start >= run_end:
            stop = _END.search(line, start)
            run_end = stop.start() if stop else len(line)
        last = marks.first_unbalanced(rest, run_end)
        # Without the punctuation of the sentence after the address.
        address = line[rest:last].rstrip(_TRAILING) if _has_host(line, rest, last) else ""
        last = rest + len(address)
        if last > rest:
            url = line[start:last]
            shown = url if len(url) <= LINK_TEXT_LENGTH else f"{url[: LINK_TEXT_LENGTH - 1]}…"
            link = (
                f'<a href="{html.escape(url)}" rel="ugc nofollow noopener">{html.escape(shown)}</a>'
            )
            pieces += [html.escape(line[end:start]), link]
            end = last
    pieces.append(html.escape(line[end:]))
    return mark_safe("".join(pieces))  # noqa: S308 - each piece is escaped above


def _is_within_a_word(line: str, start: int) -> bool:
    """Whether a letter or digit of any script, with its marks, stands right before."""
    before = start - 1
    while before >= 0 and unicodedata.category(line[before])[0] == "M":
        before -= 1
    return before >= 0 and unicodedata.category(line[before])[0] in "LN"


class _Marks:
    """The brackets and quotation marks of a line, each with its partner."""

    def __init__(self, line: str) -> None:
        self.places: list[int] = []
        # None for a mark without a partner: those around a wrong pair have none either.
        self.partner: dict[int, int | None] = {}
        opened: list[int] = []
        for match in _MARK.finditer(line):
            here, mark = match.start(), match[0]
            self.places.append(here)
            self.partner[here] = None
            if mark in "‘’":
                continue
            if mark not in _OPENED_BY:
                opened.append(here)
            elif opened and line[opened[-1]] == _OPENED_BY[mark]:
                self.partner[here] = opened[-1]
                self.partner[opened.pop()] = here
            else:
                opened.clear()

    def first_unbalanced(self, start: int, limit: int) -> int:
        """The place of the first mark without a partner from `start` to `limit`, or `limit`."""
        number = bisect_left(self.places, start)
        while number < len(self.places) and (here := self.places[number]) < limit:
            partner = self.partner[here]
            if partner is None or not here < partner < limit:
                return here
            number = bisect_left(self.places, partner) + 1
        return limit


def _has_host(line: str, start: int, end: int) -> bool:
    authority = _AUTHORITY.match(line, start, min(end, start + _LONGEST_HOST))
    try:
        return bool(authority and urlsplit(f"//{authority[0]}").hostname)
    except ValueError:
        return False


def _without_tags(text: str) -> str:
    """bleach gets bare tags and escaped text, so it can neither lose text nor be slow on it."""
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
    if not any(unicodedata.category(character) in {"Mn", "Me"} for character in set(text)):
        return text
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= MARKS_PER_LETTER:
            kept.append(character)
    return "".join(kept)


def quoted(text: str) -> str:
    """Text for a plain mail. Each line is marked, so that none can pass for the site's own."""
    return "\n".join(f"> {line}" for line in text.splitlines())
