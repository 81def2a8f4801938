"""The report of an import: what was stored, and everything that is not in the result."""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import IO, NamedTuple

from config.moving.wording import words_of_text
from newsletter.spreadsheets import cell

SHOWN = 5  # lines of a kind in the text; the CSV has all


class Line(NamedTuple):
    kind: str
    item: str
    place: str
    text: str


class Report:
    """`left_out` counts the lines by kind. All lines go to `table`, a text file, as they come."""

    def __init__(self, table: IO[str] | None = None) -> None:
        self.stored: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self._examples: dict[str, list[Line]] = defaultdict(list)
        self._words: Counter[str] = Counter()
        self._table = csv.writer(table) if table else None
        if self._table:
            self._table.writerow(Line._fields)
        self._item = self._place = ""

    def begin(self, item: str, place: str) -> None:
        """The next lines are about this item."""
        self._item, self._place = item, place
        self._words.clear()

    def say(self, kind: str, text: str) -> None:
        """Name something that is not in the result, or not as it was. `text` holds its words."""
        line = Line(kind, self._item, self._place, " ".join(text.split()))
        self.left_out[kind] += 1
        self._words += words_of_text(text)
        if len(self._examples[kind]) < SHOWN:
            self._examples[kind].append(line)
        if self._table:
            self._table.writerow([_harmless(part) for part in line])

    def say_missing(self, source: Counter[str], result: Counter[str]) -> None:
        """Name the words of the item that are neither in its result nor in a line about it."""
        if missing := source - result - self._words:
            self.say("words", " ".join(sorted(missing.elements())))
        self._words.clear()

    def stored_one(self, kind: str) -> None:
        self.stored[kind] += 1

    def write(self, say: Callable[[str], object]) -> None:
        """The report as text, line by line."""
        say("Stored:")
        for kind, number in sorted((+self.stored).items()):
            say(f"  {number:>7} {kind}")
        if not self.left_out:
            say("Everything is in the result.")
            return
        say("Not in the result, or not as it was:")
        for kind, number in sorted(self.left_out.items()):
            say(f"  {number:>7} {kind}")
            for line in self._examples[kind]:
                say(f"            {line.place} {_short(line.item)}: {_short(line.text)}")
            if number > SHOWN:
                say(f"            … and {number - SHOWN} more")


def _short(text: str, most: int = 100) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _harmless(text: str) -> str:
    with suppress(ValueError):
        float(text)
        return text
    return cell(text)
