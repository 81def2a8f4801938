"""Lists of subscribers as CSV: of Mailchimp, Ghost, listmonk, or any with a column of addresses."""

import csv
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from config.moving.records import BadSource, Source, Subscriber
from config.moving.report import Report
from config.web.moments import possible
from config.web.text.addresses import LINE_BREAKS, spelled

MOST_BYTES = 200_000_000
# What columns mean, by their names without case and signs. The first that is there counts.
_EMAIL = ("emailaddress", "email", "mail", "subscriberemail")
_CONSENT_NAMES = "confirmtime optintime confirmedat consentedat consenttime consentdate"
_CONSENT = tuple(f"{_CONSENT_NAMES} subscribedat requestedat".split())
_FROM = ("consentsource", "consentfrom", "consentpage", "signupsource", "source", "page")
_ENDED = ("unsubtime", "cleantime", "unsubscribedat", "bouncedat", "deletedat", "updatedat")
# What services and people call the states.
_STATES = {
    "": "confirmed",
    "abuse": "complained",
    "active": "confirmed",
    "blocked": "asked",
    "blocklisted": "asked",
    "bounced": "bounced",
    "cleaned": "bounced",
    "complained": "complained",
    "confirmed": "confirmed",
    "disabled": "left",
    "enabled": "confirmed",
    "inactive": "left",
    "optout": "left",
    "pending": "pending",
    "spam": "complained",
    "subscribed": "confirmed",
    "suppressed": "asked",
    "transactional": "left",
    "unconfirmed": "pending",
    "unsubscribed": "left",
}


@dataclass(frozen=True)
class Columns:
    """Where in a row things stand. `service` is the name of one that keeps consent itself."""

    names: list[str]
    service: str
    email: int
    state: int | None
    consent: list[int]
    source: int | None
    ended: list[int]

    def used(self) -> set[int]:
        alone = {self.email, self.state, self.source} - {None}
        return {*(number for number in alone if number is not None), *self.consent, *self.ended}


class Subscribers(Source):
    """Raises BadSource for a file that has no column of addresses."""

    def __init__(self, files: Collection[Path]) -> None:
        self.site = "subscribers"
        self.files = files
        for file in files:
            _columns(next(_rows(file), (0, []))[1], file)

    def preview(self) -> list[str]:
        """For a dry run: which column is read as what."""
        lines = []
        for file in self.files:
            columns = _columns(next(_rows(file))[1], file)
            lines.append(f"{file.name}: {columns.service or 'a list of addresses'}")
            parts: dict[str, list[int] | list[int | None]] = {
                "address": [columns.email],
                "state": [columns.state],
                "time of consent": columns.consent,
                "where consent was given": [columns.source],
                "when mail ended": columns.ended,
            }
            for name, numbers in parts.items():
                found = [columns.names[number] for number in numbers if number is not None]
                lines.append(f"  {name}: {', '.join(found) or '–'}")
        return lines

    def subscribers(self, report: Report) -> Iterator[Subscriber]:
        for file in self.files:
            rows = _rows(file)
            columns = _columns(next(rows)[1], file)
            report.begin(file.name, "line 1")
            for number, name in enumerate(columns.names):
                if number not in columns.used():
                    report.say("column", f"{name} is not used")
            for line, row in rows:
                place = f"{file.name}, line {line}"
                report.begin(row[columns.email] if len(row) > columns.email else "", place)
                if found := _subscriber(row, columns, file, place, report):
                    yield found


def _subscriber(
    row: list[str], columns: Columns, file: Path, place: str, report: Report
) -> Subscriber | None:
    """None, and a line in the report, for a row that nobody can be written to by."""
    if len(row) != len(columns.names):
        report.say("row of another length", ", ".join(row))
        return None
    typed = row[columns.email].strip()
    try:
        if LINE_BREAKS.search(typed):
            raise ValueError("line break")
        email = spelled(typed)
    except ValueError:
        report.say("no address", typed)
        return None
    state = _state(row, columns)
    if state is None:
        report.say("unknown state", row[columns.state or 0])
        return None
    consent = _first_moment(row, columns.consent)
    source = row[columns.source].strip() if columns.source is not None else ""
    source = source or columns.service
    if state == "confirmed" and not (consent and source):
        missing = "when" if not consent else "where"
        report.say("without consent", f"the file does not say {missing} it was given")
        state = "pending"
    return Subscriber(
        place=place,
        email=email,
        status=state,
        consented_at=consent,
        consent_from=f"{source} ({file.name})"[:500],
        ended_at=_first_moment(row, columns.ended),
    )


def _state(row: list[str], columns: Columns) -> str | None:
    """The state of a row; None for a word that nobody knows."""
    names = [_plain(name) for name in columns.names]
    values = dict(zip(names, (value.strip() for value in row), strict=True))
    if columns.service == "Mailchimp":
        if "cleantime" in values:
            return "bounced"
        return "left" if "unsubtime" in values else "confirmed"
    if columns.service == "Ghost":
        if values.get("deletedat") or values["subscribedtoemails"].lower() in {"false", "0"}:
            return "left"
        return "confirmed" if values["subscribedtoemails"].lower() in {"true", "1"} else None
    word = row[columns.state].strip() if columns.state is not None else ""
    return _STATES.get(_plain(word))


def _columns(names: list[str], file: Path) -> Columns:
    plain = [_plain(name) for name in names]
    email = next((plain.index(name) for name in _EMAIL if name in plain), None)
    if email is None:
        raise BadSource(f"{file.name}, line 1: there is no column of addresses, such as email.")
    twins = [name for name, number in Counter(plain).items() if number > 1 and name]
    if twins:
        raise BadSource(f"{file.name}, line 1: several columns are called {twins[0]}.")
    service = ""
    if "optintime" in plain and "euid" in plain:
        service = "Mailchimp"
    elif "subscribedtoemails" in plain:
        service = "Ghost"
    elif {"uuid", "attributes", "status"} <= set(plain):
        service = "listmonk"
    consent = _CONSENT if service in {"", "Mailchimp"} else ("createdat",)
    state = next((plain.index(name) for name in ("status", "state") if name in plain), None)
    return Columns(
        names=names,
        service=service,
        email=email,
        state=plain.index("subscribedtoemails") if service == "Ghost" else state,
        consent=[plain.index(name) for name in consent if name in plain],
        source=next((plain.index(name) for name in _FROM if name in plain), None),
        ended=[plain.index(name) for name in _ENDED if name in plain],
    )


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _first_moment(row: list[str], numbers: list[int]) -> datetime | None:
    """The first of these that is a moment of the past. Without a zone it is in UTC."""
    for number in numbers:
        text = row[number].strip()
        try:
            found = parse_datetime(text)
            if found is None and (day := parse_date(text)):
                found = datetime(day.year, day.month, day.day, tzinfo=UTC)
        except ValueError:
            continue
        if found is not None:
            found = found if timezone.is_aware(found) else found.replace(tzinfo=UTC)
            if possible(found) and found <= timezone.now():
                return found
    return None


def _rows(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with its line. Raises BadSource."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise BadSource(f"{file.name} has more than {MOST_BYTES // 1_000_000} MB.")
        with file.open(encoding="utf-8-sig", newline="") as lines:
            first = lines.readline()
            comma = max(",;\t", key=first.count)
            yield 1, next(csv.reader(StringIO(first), delimiter=comma), [])
            rows = csv.reader(lines, delimiter=comma)
            for row in rows:
                if any(part.strip() for part in row):
                    yield rows.line_num + 1, row
    except UnicodeDecodeError as error:
        raise BadSource(f"{file.name} is not UTF-8: save it as UTF-8.") from error
    except csv.Error as error:
        raise BadSource(f"{file.name}, line {rows.line_num + 1}: {error}.") from error
    except OSError as error:
        raise BadSource(f"{file.name} cannot be read: {error.strerror}.") from error
