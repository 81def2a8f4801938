"""Comments of Isso: its SQLite database."""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from config.moving.records import BadSource, Comment, Discussion, Source
from config.moving.report import Report

_COMMENTS = """
    SELECT threads.uri, threads.title, comments.id, comments.parent, comments.created,
        comments.mode, comments.text, comments.author, comments.email, comments.website,
        parents.created
    FROM comments LEFT JOIN threads ON threads.id = comments.tid
    LEFT JOIN comments AS parents ON parents.id = comments.parent
    ORDER BY threads.id, comments.id
"""
# Modes of Isso: 1 is shown, 2 waits for a moderator, 4 is deleted.
_STATES = {1: "approved", 2: "pending"}


class Isso(Source):
    """The file is only read, also while Isso runs."""

    site = "isso"

    def __init__(self, files: Collection[Path]) -> None:
        self.files = files

    def discussions(self, report: Report) -> Iterator[Discussion]:
        for file in self.files:
            try:
                yield from _discussions(file, report)
            except sqlite3.Error as error:
                raise BadSource(f"{file.name} cannot be read: {error}.") from error


def _discussions(file: Path, report: Report) -> Iterator[Discussion]:
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as database:
        database.text_factory = lambda raw: raw.decode("utf-8", "replace")
        database.execute("PRAGMA trusted_schema = OFF")
        rows = database.execute(_COMMENTS)
        for (address, title), row_group in groupby(rows, key=lambda row: (row[0], row[1])):
            discussion = Discussion("", str(title or ""), str(address or ""))
            report.begin(discussion.title or discussion.address, discussion.address)
            if address is None:
                for row in row_group:
                    said = f"{row[2]} {row[7] or ''}: {row[6] or ''}"
                    report.say("comment without a thread", said)
                continue
            made = (_comment(row[2:], report) for row in row_group)
            discussion.comments = [comment for comment in made if comment]
            if discussion.comments:
                yield discussion


def _comment(row: tuple[Any, ...], report: Report) -> Comment | None:
    number, parent, created, mode, text, author, email, website, parent_created = row
    if mode not in _STATES:
        report.say("deleted comment", f"{number} {author or ''}: {text or ''}")
        return None
    if website:
        report.say("web address of a reader", f"{number} {website}")
    try:
        written = datetime.fromtimestamp(float(created), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        written = None
    return Comment(
        foreign_id=_key(number, created),
        name=str(author or ""),
        email=str(email or ""),
        body=str(text or ""),
        written_at=written,
        status=_STATES[mode],
        parent=_key(parent, parent_created) if parent else "",
    )


def _key(number: Any, created: Any) -> str:
    """Each database counts from 1: only with its time a comment is not one of another site."""
    return f"{number} of {created}"[:250]
