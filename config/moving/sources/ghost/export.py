"""The tables of an export of Ghost."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.utils.dateparse import parse_datetime

from config.moving.records import Author, BadSource

MOST_BYTES = 300_000_000  # JSON is read whole
# Words of readers and of the newsletter; all other tables are settings.
_NOT_READ = ("comments", "members", "newsletters", "snippets")

type Row = Mapping[str, Any]


@dataclass
class Export:
    """The content of one file. A missing part is empty."""

    name: str
    data: Row
    _users: dict[str, Row] = field(default_factory=dict)
    _tags: dict[str, Row] = field(default_factory=dict)
    _meta: dict[str, Row] = field(default_factory=dict)
    _authors_of: dict[str, list[str]] = field(default_factory=dict)
    _tags_of: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._users = {text_in(row, "id"): row for row in self.rows("users")}
        self._tags = {text_in(row, "id"): row for row in self.rows("tags")}
        self._meta = {text_in(row, "post_id"): row for row in self.rows("posts_meta")}
        self._authors_of = self._linked("posts_authors", "author_id")
        self._tags_of = self._linked("posts_tags", "tag_id")

    @property
    def posts(self) -> list[Row]:
        return self.rows("posts")

    def rows(self, table: str) -> list[Row]:
        rows = self.data.get(table)
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

    def _linked(self, table: str, name: str) -> dict[str, list[str]]:
        """The numbers that belong to each post, in their order."""
        linked: dict[str, list[str]] = defaultdict(list)
        for row in sorted(self.rows(table), key=_order):
            linked[text_in(row, "post_id")].append(text_in(row, name))
        return linked

    def authors(self, post: Row) -> list[Author]:
        numbers = self._authors_of.get(text_in(post, "id")) or [text_in(post, "author_id")]
        authors = []
        for user in (self._users[number] for number in numbers if number in self._users):
            name, slug = text_in(user, "name"), text_in(user, "slug")
            if name or slug:
                authors.append(Author(slug or name, name or slug, text_in(user, "bio")))
        return authors

    def tags(self, post: Row) -> list[Row]:
        numbers = self._tags_of.get(text_in(post, "id"), [])
        return [self._tags[number] for number in numbers if number in self._tags]

    def meta(self, post: Row) -> Row:
        return self._meta.get(text_in(post, "id"), {})

    def left_out(self) -> dict[str, int]:
        """Tables with words that are not imported, and how many rows they have."""
        return {name: len(self.rows(name)) for name in _NOT_READ if self.rows(name)}


def read(path: Path) -> Export:
    """The export in a file. Raises BadSource, with the line, for any other file."""
    try:
        if path.stat().st_size > MOST_BYTES:
            most = MOST_BYTES // 1_000_000
            raise BadSource(f"{path.name} has more than {most} MB: export it in parts.")
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise BadSource(f"{path.name} cannot be read: {error.strerror}.") from error
    except RecursionError as error:
        raise BadSource(f"{path.name} is nested too deeply.") from error
    except ValueError as error:
        raise BadSource(f"{path.name} is no JSON: {error}.") from error
    database = found.get("db") if isinstance(found, dict) else None
    part = database[0] if isinstance(database, list) and database else found
    data = part.get("data") if isinstance(part, dict) else None
    if not isinstance(data, dict) or not isinstance(data.get("posts"), list):
        raise BadSource(f"{path.name} is no export of Ghost: it has no posts.")
    return Export(path.name, data)


def text_in(row: Row, name: str) -> str:
    """The text or number of a column, "" for anything else."""
    value = row.get(name)
    is_text = isinstance(value, str | int | float) and not isinstance(value, bool)
    return str(value) if is_text else ""


def is_true(value: object) -> bool:
    return value in {1, "1", "true"} if isinstance(value, str | int) else False


def moment(value: object) -> datetime | None:
    """A time in ISO 8601, or in milliseconds as the first exports had it."""
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value / 1000, UTC)
        found = parse_datetime(value) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found


def _order(row: Row) -> float:
    order = row.get("sort_order")
    return order if isinstance(order, int | float) else 0
