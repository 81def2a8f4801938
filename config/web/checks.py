"""Checks of the database, by `manage.py check --database default` and at the start."""

import logging
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.management.base import CommandError
from django.db import DatabaseError, connections
from django.db.migrations.recorder import MigrationRecorder

logger = logging.getLogger(__name__)
_ADVICE = (
    "The search finds all words, but corrects misspelt ones in ASCII only. Create a new database"
    " and load a dump of this one: CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8'"
    " LC_CTYPE 'C.UTF-8'."
)


@register(Tags.database)
def check_letters(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn of LC_CTYPE C, by which PostgreSQL splits text into words with every locale provider."""
    warnings: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT datname, datctype FROM pg_database WHERE datname = current_database()"
            )
            name, ctype = cursor.fetchone()
        if ctype in {"C", "POSIX"} and settings.EMBEDDED_DATABASE is None:
            problem = (
                f"The database {name} has LC_CTYPE {ctype}, which supports ASCII letters only."
            )
            warnings.append(Warning(problem, _ADVICE, id="colophon.W001"))
    return warnings


@register(Tags.database)
def check_origin(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """An error for a database that ran the migrations of before the first release.

    Those were written anew, and its tables are there already.
    """
    early = ("web", "0001_initial")
    if settings.EMBEDDED_DATABASE is None:
        advice = (
            "Start with an empty one: name another in DATABASE_URL, or drop this one and create it"
            " again."
        )
    else:
        advice = (
            f"Start with an empty one: delete {settings.EMBEDDED_DATABASE} and run"
            " `manage.py serve`, with --demo for the demonstration."
        )
    problem = "This database was made by a version before the first release."
    return [
        Error(problem, advice, id="colophon.E001")
        for alias in databases or []
        if early in MigrationRecorder(connections[alias]).applied_migrations()
    ]


@register(Tags.security, deploy=True)
def check_mail(**kwargs: Any) -> list[CheckMessage]:
    """An error if no mail server is set: no reader would get a mail."""
    has_readers = settings.EMBEDDED_DATABASE is None and not settings.DEBUG
    if settings.MAIL_URL or not has_readers:
        return []
    advice = (
        "Write the mail server, such as smtp://user:password@mail.example:587; or MAIL_URL=files,"
        f" and mails become files in {settings.VAR_DIR / 'mail'} that nobody gets."
    )
    return [Error("MAIL_URL is not set.", advice, id="colophon.E002")]


def refuse_missing_mail() -> None:
    """For a process that readers meet. Raises CommandError."""
    for message in check_mail():
        raise CommandError(f"{message.msg} {message.hint}")


def refuse_early_database() -> None:
    """For a command whose checks ask no database.

    Raises CommandError, or DatabaseError when the database is away.
    """
    for message in check_origin(databases=["default"]):
        raise CommandError(f"{message.msg} {message.hint}")


def check_at_start() -> None:
    """Refuse missing settings and an early database, and log warnings when a web process starts.

    A database that is away is no error. Raises CommandError.
    """
    refuse_missing_mail()
    try:
        refuse_early_database()
        for message in check_letters(databases=["default"]):
            logger.warning("%s %s", message.msg, message.hint)
    except DatabaseError:
        pass
    finally:
        connections.close_all()
