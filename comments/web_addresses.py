"""Addresses of web pages in plain text become links, without the sentence around them."""

import re
import unicodedata
from bisect import bisect_left
from html import escape
from urllib.parse import urlsplit

from django.utils.safestring import SafeString, mark_safe

LINK_TEXT_LENGTH = 60

_SCHEME = re.compile(r"https?://(?=[\w\[])", re.IGNORECASE)
# Signs that no address holds and a sentence sets beside one, in the scripts that write without spaces too; and
# characters that nobody sees. Joiners, the middle dots of words (col·lecció, ジョン・レノン) and the short dash stay.
_END = re.compile(
    '[\\s\x00-\x1f\x7f-\x9f<>"`\\\\|„‚‟‛…—―•'
    "。、！，：；？～．｡､＂＇＜＞｜￮〃〝〞〟"
    "،؛؟۔।॥։׃።፣፤፥፦፧།༎၊။។៕"
    "\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe0e\ufe0f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)
_OPENED_BY = dict(
    zip(")]}»›”」』】）］｝》〉〕〗〙〛｣", "([{«‹“「『【（［｛《〈〔〖〘〚｢", strict=True)
)
_BRACKETS = re.escape("".join(_OPENED_BY) + "".join(_OPENED_BY.values()))
# An apostrophe between two letters belongs to a word; any other is a quotation mark, which has no pair to count.
_MARK = re.compile(rf"[{_BRACKETS}]|‘|(?<!\w)’|’(?!\w)")
_TRAILING = ".,:;!?'’*_~·・‧–‒"
_LONGEST_HOST = 300  # with a port and a name before it; what is longer is not looked at for the question of a host
_AUTHORITY = re.compile(r"[^/?#]*")


def with_links(line: str) -> SafeString:
    """One line, escaped. Takes time in proportion to its length, whatever is in it."""
    if not _SCHEME.search(line):
        return mark_safe(escape(line))  # noqa: S308 - escaped
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
        last = _before_punctuation(line, rest, last) if _has_host(line, rest, last) else rest
        if last > rest:
            pieces += [escape(line[end:start]), _link(line[start:last])]
            end = last
    pieces.append(escape(line[end:]))
    return mark_safe("".join(pieces))  # noqa: S308 - each piece is escaped above


def _link(url: str) -> str:
    shown = url if len(url) <= LINK_TEXT_LENGTH else f"{url[: LINK_TEXT_LENGTH - 1]}…"
    return f'<a href="{escape(url)}" rel="ugc nofollow noopener">{escape(shown)}</a>'


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
        """The place of the first mark whose partner is not between the two places as well; `limit` when all are."""
        number = bisect_left(self.places, start)
        while number < len(self.places) and (here := self.places[number]) < limit:
            partner = self.partner[here]
            if partner is None or not here < partner < limit:
                return here
            number = bisect_left(self.places, partner) + 1
        return limit


def _before_punctuation(line: str, start: int, end: int) -> int:
    """Without the sentence's full stop."""
    while end > start and line[end - 1] in _TRAILING:
        end -= 1
    return end


def _has_host(line: str, start: int, end: int) -> bool:
    authority = _AUTHORITY.match(line, start, min(end, start + _LONGEST_HOST))
    try:
        return bool(authority and urlsplit(f"//{authority[0]}").hostname)
    except ValueError:
        return False
