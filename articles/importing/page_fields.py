"""What a copied page says around its article: who wrote it, and when it was updated."""

import re
from datetime import date, datetime, time

from django.utils import timezone

from .page_furniture import furniture_reason
from .parsed import Fields

_AUTHOR_BOX = re.compile(r"about the author:?", re.IGNORECASE)
_UPDATED = re.compile(r"\b(?:last )?updated(?: on| at)?:?\s+(.{6,40})", re.IGNORECASE)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)")
_IN_WORDS = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)? )?(?P<month>[A-Z][a-z]{2,8})\.? "
    r"(?:(?P<late_day>\d{1,2})(?:st|nd|rd|th)?,? )?(?P<year>\d{4})\b"
)
_NUMBERS = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2(\d{4})\b")
_MOST_WORDS = 6  # of a name or a role


def fields_of_page(lines: list[str]) -> tuple[Fields, dict[int, str]]:
    """The fields, and for the place of each line that gave one what it was taken for."""
    name, role, taken = "", "", {}
    for index, line in enumerate(lines[:-2]):
        is_box = _AUTHOR_BOX.fullmatch(line.strip())
        if is_box and _is_label(lines[index + 1]) and _is_label(lines[index + 2]):
            name, role = lines[index + 1].strip(), lines[index + 2].strip()
            taken = {index + 1: "the author", index + 2: "the role of the author"}
    updated_at = None
    for index, line in enumerate(lines):
        found = _UPDATED.search(line) if furniture_reason(line.strip()) else None
        if found and (day := _date_in(found[1])):
            updated_at = day
            taken[index] = "the date of the last update"
    authors = [name] if name else []
    return Fields(updated_at=updated_at, authors=authors, role=role), taken


def _is_label(line: str) -> bool:
    """Whether it may be a name or a role: a few words that are neither a sentence nor furniture."""
    text = line.strip()
    is_short = len(text.split()) <= _MOST_WORDS and not text.endswith((".", "!", "?", ":", "…"))
    return is_short and text[:1].isupper() and not furniture_reason(text)


def _date_in(text: str) -> datetime | None:
    """The day at the start of a text; None for none, and for one such as 05/06/2025, which may be
    in May or in June.
    """
    try:
        if found := _ISO.match(text):
            return _day(found["year"], int(found["month"]), found["day"])
        if found := _NUMBERS.match(text):
            first, sign, second, year = found.groups()
            if sign == "." or int(first) > 12 or first == second:
                return _day(year, int(second), first)
            return _day(year, int(first), second) if int(second) > 12 else None
        if (found := _IN_WORDS.match(text)) and found["month"][:3].lower() in _MONTHS:
            month = _MONTHS.index(found["month"][:3].lower()) + 1
            return _day(found["year"], month, found["day"] or found["late_day"] or "0")
    except ValueError:  # no such day
        pass
    return None


def _day(year: str, month: int, day: str) -> datetime:
    return timezone.make_aware(datetime.combine(date(int(year), month, int(day)), time.min))
