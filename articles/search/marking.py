"""The title and a snippet of an article that was found, with the words that match marked.

The database says which words match, in the spelling of the search. The text stays as written.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby, islice

from django.db.backends.utils import CursorWrapper

from config.web.text.search_words import UNSPACED, separators

type Pieces = list[tuple[str, bool]]  # text, and whether it matches

WINDOW = 160  # characters
BEFORE = 40  # characters before the first word that matches
MOST_WINDOWS = 2
MOST_PLACES = 60  # matches that are looked at to choose windows

# Where one block of text ends and another begins: a heading, an item, a cell.
_BLOCK_ENDS = re.compile(r"\s*[\n\t]\s*")
_SEPARATOR = " · "
# Where a snippet may begin and end.
_GAP = re.compile(rf"\s|(?=[{UNSPACED}])")

# Ends a word in the list that the database reads. A sign for private use, which no word has.
_END = "\uf8ff"
_OPEN = "\x02"
_MATCHING = f"""
    SELECT ts_headline('colophon',
        replace(web_search_words(%s), '{_END}', E'\\n') || E'\\n' || %s, %s::tsquery,
        'HighlightAll=true, StartSel={_OPEN}, StopSel={_OPEN}')
"""


@cache
def _word_and_edge() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns of a word, and of a sign that stands between words."""
    edge = f"{separators()}{UNSPACED}{_END}"
    return re.compile(f"[{UNSPACED}]|[^{edge}]+"), re.compile(f"[{edge}]")


@cache
def _ascii_word() -> re.Pattern[str]:
    """The pattern of a word where all signs are ASCII, which is some times as fast."""
    _, edge = _word_and_edge()
    edges = "".join(sign for sign in map(chr, range(128)) if edge.match(sign))
    return re.compile(f"[^{re.escape(edges)}]+")


def matching(cursor: CursorWrapper, query: str, texts: Iterable[str]) -> re.Pattern[str]:
    """A pattern of the words of `texts` that match `query`, a tsquery written as text."""
    # Taking the few different ones apart is faster than taking every text apart.
    different = {part for text in texts for part in text.split()}
    foreign = {part for part in different if not part.isascii()}
    word, _ = _word_and_edge()
    words = {*word.findall(" ".join(foreign))}
    other = [word for word in words if not word.isascii()] or [""]
    # The spelling of an ASCII word is its small letters, so the database need not find it.
    plain = [*words.difference(other).union(_ascii_word().findall(" ".join(different - foreign)))]
    plain = plain or [""]
    cursor.execute(_MATCHING, [f" {_END} ".join(other), "\n".join(plain).lower(), query])
    pairs = zip([*other, *plain], cursor.fetchone()[0].split("\n"), strict=True)
    found = [re.escape(word) for word, spelt in pairs if _OPEN in spelt]
    found.sort(key=len, reverse=True)
    return re.compile("|".join(found) or "(?!)")


def _found(text: str, matches: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Matches that are whole words. A pattern that says so itself is ten times slower."""
    _, edge = _word_and_edge()
    for match in matches.finditer(text):
        if all(
            at in {0, len(text)} or edge.search(text, at - 1, at + 1)
            for at in (match.start(), match.end())
        ):
            yield match


def marked(text: str, matches: re.Pattern[str]) -> Pieces:
    """The whole text in pieces."""
    return list(_joined(_pieces(text, matches)))


def snippet(text: str, matches: re.Pattern[str]) -> Pieces:
    """The parts of the text with the most matches; the beginning of a text that has none."""
    places = [(match.start(), match[0]) for match in islice(_found(text, matches), MOST_PLACES)]
    windows = [_whole_words(text, at) for at, _ in places]
    windows.sort(
        key=lambda window: -len({word for at, word in places if window[0] <= at < window[1]})
    )
    chosen: list[tuple[int, int]] = []
    for start, end in windows:
        if len(chosen) < MOST_WINDOWS and all(
            end <= first or start >= last for first, last in chosen
        ):
            chosen.append((start, end))
    pieces: Pieces = []
    end = 0
    for start, end in sorted(chosen) or [_whole_words(text, 0)]:
        pieces += [(" … " if pieces else "… ", False)] * (start > 0)
        pieces += _pieces(_BLOCK_ENDS.sub(_SEPARATOR, text[start:end].strip("… \n\t")), matches)
    pieces += [(" …", False)] * (end < len(text))
    return list(_joined(pieces))


def _whole_words(text: str, at: int) -> tuple[int, int]:
    """Start and end of a window around the word at this place. It cuts no word.

    Only a word that is much longer than words are is cut at the end.
    """
    start = max(0, at - BEFORE)
    before = _GAP.search(text, start - 1, at) if start else None
    start = before.end() if before else at if start else 0
    end = min(len(text), start + WINDOW)
    after = _GAP.search(text, end, end + BEFORE)
    return start, after.start() if after else min(len(text), end + BEFORE)


def _pieces(text: str, matches: re.Pattern[str]) -> Iterator[tuple[str, bool]]:
    end = 0
    for match in _found(text, matches):
        yield text[end : match.start()], False
        yield match[0], True
        end = match.end()
    yield text[end:], False


def _joined(pieces: Iterable[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """Join neighbours that match: the signs of a word in a script without spaces."""
    filled = (piece for piece in pieces if piece[0])
    for is_match, some in groupby(filled, key=lambda piece: piece[1]):
        yield "".join(text for text, _ in some), is_match
