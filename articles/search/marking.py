"""What a reader sees of an article that was found: its title and some of its text, with what matches marked.

The database judges words, each in the one spelling of the search; the text stays as it was written.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby

from django.db.backends.utils import CursorWrapper

from config.web.search_words import UNSPACED, separators

type Pieces = list[tuple[str, bool]]  # text, and whether it matches

WINDOW = 22  # words
BEFORE = 5  # words before the first that matches
MOST_WINDOWS = 2

_END = (
    "\uf8ff"  # between words on their way through the spelling; for private use, so no word has it
)
_OPEN = "\x02"
_SIGNS = re.compile(r"[^\w\s]{0,9}")
_SIGNS_BEFORE = re.compile(r"[^\w\s]{1,9}\Z")
_MATCHING = f"""
    SELECT ts_headline('colophon', replace(web_search_words(%s), '{_END}', E'\\n'), %s::tsquery,
        'HighlightAll=true, StartSel={_OPEN}, StopSel={_OPEN}')
"""


@cache
def _word() -> re.Pattern[str]:
    return re.compile(f"[{UNSPACED}]|[^{separators()}{UNSPACED}{_END}]+")


def matching(cursor: CursorWrapper, query: str, texts: Iterable[str]) -> frozenset[str]:
    """Which words of the texts, as written there, match the query (a tsquery in words)."""
    words = list(dict.fromkeys(word for text in texts for word in _word().findall(text)))
    if not words:
        return frozenset()
    cursor.execute(_MATCHING, [f" {_END} ".join(words), query])
    (marked,) = cursor.fetchone()
    pairs = zip(words, marked.split("\n"), strict=True)
    return frozenset(word for word, spelt in pairs if _OPEN in spelt)


def marked(text: str, matches: frozenset[str]) -> Pieces:
    """The whole text."""
    return list(_joined(_pieces(text, matches)))


def snippet(text: str, matches: frozenset[str]) -> Pieces:
    """The parts of the text that have the most of what matches; its beginning where nothing does."""
    words = list(_word().finditer(text))
    pieces: Pieces = []
    for start in _windows([word[0] if word[0] in matches else "" for word in words]):
        window = words[start : start + WINDOW]
        pieces += [(" … ", False)] * bool(pieces)
        pieces += _pieces(_with_signs(text, window[0].start(), window[-1].end()), matches)
    return list(_joined(pieces))


def _windows(found: list[str]) -> list[int]:
    """Where to begin. `found` has a word at each place that matches, and nothing at the others."""
    starts = [max(0, place - BEFORE) for place, word in enumerate(found) if word]
    starts.sort(key=lambda start: -len({*filter(None, found[start : start + WINDOW])}))
    chosen: list[int] = []
    for start in starts:
        if len(chosen) < MOST_WINDOWS and all(abs(start - other) > WINDOW for other in chosen):
            chosen.append(start)
    return sorted(chosen) or [0] * bool(found)


def _with_signs(text: str, start: int, end: int) -> str:
    """With the quotes, brackets and stops that stand right beside."""
    before, after = _SIGNS_BEFORE.search(text[max(0, start - 9) : start]), _SIGNS.match(text, end)
    return text[start - len(before[0]) if before else start : after.end() if after else end]


def _pieces(text: str, matches: frozenset[str]) -> Iterator[tuple[str, bool]]:
    end = 0
    for word in _word().finditer(text):
        if word[0] in matches:
            yield text[end : word.start()], False
            yield word[0], True
            end = word.end()
    yield text[end:], False


def _joined(pieces: Iterable[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """Signs of a word in a script without spaces are marked together."""
    filled = (piece for piece in pieces if piece[0])
    for is_match, some in groupby(filled, key=lambda piece: piece[1]):
        yield "".join(text for text, _ in some), is_match
