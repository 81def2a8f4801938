"""CSV that a spreadsheet opens as what it is: text."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

# A cell that begins so is a formula to a spreadsheet, and a formula can fetch and send (OWASP: CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class _Echo:
    """A file that gives back what is written, so that rows leave one by one."""

    def write(self, line: str) -> str:
        return line


def csv_lines(names: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """A header and one line a row (RFC 4180), with the mark by which Excel knows UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(names)
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def cell(value: Any) -> str:
    """The value as text, times in ISO 8601, formulas defused by an apostrophe."""
    if value is None:
        return ""
    text = value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
