"""The title and a snippet of an article that was found, with the words that match marked.

The database says which words match, in the spelling of the search. The text stays as written.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

from django.db import connection

from config.web.cache.kept_values import kept
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
_GAP = re.compile(rf"[\s{UNSPACED}]")

# Ends a word in the list that the database reads. A sign for private use, which no word has.
_END = "\uf8ff"
# Of each word its lexemes, on a line of their own.
_LEXEMES = f"""
    SELECT string_agg(
        array_to_string(tsvector_to_array(to_tsvector('colophon', word)), ' '),
        E'\\n' ORDER BY place
    )
    FROM unnest(string_to_array(
        replace(web_search_words(%s), '{_END}', E'\\n') || E'\\n' || %s, E'\\n'
    )) WITH ORDINALITY AS spelt (word, place)
"""
_IN_QUERY = re.compile("'([^']+)'")  # each lexeme of a tsquery that is written as text
MOST_KNOWN = 20_000  # parts of texts, some 200 bytes each


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


class _Vocabulary:
    """The words of texts that this process has seen, as written, by their lexemes."""

    def __init__(self) -> None:
        self._known = _Known()

    def written(self, lexemes: Iterable[str], texts: list[str]) -> set[str]:
        """Words with one of these lexemes, all those of these texts among them."""
        known = self._known
        unseen = [text for text in texts if hash(text) not in known.texts]
        new = {*" ".join(unseen).split()} - known.parts
        if len(known.parts) + len(new) > MOST_KNOWN or len(known.texts) > MOST_KNOWN:
            known = self._known = _Known()
            new = {*" ".join(texts).split()}
        if new:
            for word, its_lexemes in _read(new):
                for lexeme in its_lexemes.split():
                    known.words.setdefault(lexeme, []).append(word)
            known.parts |= new
        known.texts.update(map(hash, unseen))
        return {word for lexeme in lexemes for word in known.words.get(lexeme, ())}


@dataclass
class _Known:
    """Threads share it, so that it only grows."""

    texts: set[int] = field(default_factory=set)  # the hash of each one
    parts: set[str] = field(default_factory=set)  # between spaces: words with the signs around them
    words: dict[str, list[str]] = field(default_factory=dict)


def _read(parts: set[str]) -> Iterator[tuple[str, str]]:
    """Each word of these parts, and its lexemes as the database has them."""
    foreign = {part for part in parts if not part.isascii()}
    word, _ = _word_and_edge()
    words = {*word.findall(" ".join(foreign))}
    other = [word for word in words if not word.isascii()] or [""]
    # The spelling of an ASCII word is its small letters, so the database need not find it.
    plain = [*words.difference(other).union(_ascii_word().findall(" ".join(parts - foreign)))]
    plain = plain or [""]
    with connection.cursor() as cursor:
        cursor.execute(_LEXEMES, [f" {_END} ".join(other), "\n".join(plain).lower()])
        return zip([*other, *plain], cursor.fetchone()[0].split("\n"), strict=True)


def matching(query: str, texts: list[str]) -> re.Pattern[str]:
    """A pattern of the words of `texts` that match `query`, a tsquery written as text."""
    # Whatever changes the lexemes of a word makes the entries of the articles anew.
    vocabulary = kept("search words", _Vocabulary, "search")
    found = vocabulary.written(_IN_QUERY.findall(query), texts)
    return re.compile("|".join(map(re.escape, sorted(found, key=len, reverse=True))) or "(?!)")


def _found(text: str, matches: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Matches that are whole words. A pattern that says so itself is ten times slower."""
    _, edge = _word_and_edge()
    is_edge, length = edge.search, len(text)
    for match in matches.finditer(text):
        start, end = match.span()
        if (start == 0 or is_edge(text, start - 1, start + 1)) and (
            end == length or is_edge(text, end - 1, end + 1)
        ):
            yield match


def marked(text: str, matches: re.Pattern[str]) -> Pieces:
    """The whole text in pieces."""
    return _joined(_pieces(text, matches))


def snippet(text: str, matches: re.Pattern[str]) -> Pieces:
    """The parts of the text with the most matches; the beginning of a text that has none."""
    found = list(islice(_found(text, matches), MOST_PLACES))
    places, words = [match.start() for match in found], [match[0] for match in found]

    def different_words(window: tuple[int, int]) -> int:
        first, end = (bisect_left(places, at) for at in window)
        return len({*words[first:end]})

    windows = [_whole_words(text, at) for at in places]
    windows.sort(key=different_words, reverse=True)
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
    return _joined(pieces)


def _whole_words(text: str, at: int) -> tuple[int, int]:
    """Start and end of a window around the word at this place. It cuts no word.

    Only a word that is much longer than words are is cut at the end.
    """
    start = max(0, at - BEFORE)
    before = _GAP.search(text, start - 1, at) if start else None
    start = before.start() + before[0].isspace() if before else at if start else 0
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


def _joined(pieces: Iterable[tuple[str, bool]]) -> Pieces:
    """Join neighbours that match: the signs of a word in a script without spaces."""
    joined: Pieces = []
    for text, is_match in pieces:
        if joined and joined[-1][1] == is_match:
            joined[-1] = (joined[-1][0] + text, is_match)
        elif text:
            joined.append((text, is_match))
    return joined
