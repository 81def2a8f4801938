"""CSV whose cells a spreadsheet takes for text, and not for formulas."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

# The beginnings of a formula, which could fetch and send data (OWASP: CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class _Echo:
    """A file whose write() returns the line, so that rows leave one by one."""

    def write(self, line: str) -> str:
        return line


def csv_lines(names: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The lines of the file (RFC 4180), with the mark by which Excel knows UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(names)
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def cell(value: Any) -> str:
    """The value as text: a time in ISO 8601, a formula with an apostrophe before it."""
    if value is None:
        return ""
    text = value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
