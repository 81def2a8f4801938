"""All checks, in the order in which they are read."""

from collections.abc import Callable, Iterator

from django.db import DatabaseError, connection

from config.doctor import Finding, error, of_database, of_machine

type Check = Callable[[], list[Finding]]

OF_MACHINE: list[Check] = [
    of_machine.deployment,
    of_machine.proxies,
    of_machine.disk,
    of_machine.media,
    of_machine.static_files,
    of_machine.mail_server,
    of_machine.sender,
    of_machine.certificate,
]
OF_DATABASE: list[Check] = [
    of_database.server,
    of_database.letters,
    of_database.extensions,
    of_database.migrations,
    of_database.clock,
    of_database.change_feed,
    of_database.shared_media,
    of_database.cdn,
    of_database.worker,
    of_database.mail_hold,
    of_machine.backup,
]


def examine() -> Iterator[tuple[str, Finding]]:
    """Each finding with the name of its check. A database that is away is one of them."""
    yield from _run(OF_MACHINE)
    try:
        connection.ensure_connection()
    except DatabaseError as problem:
        words = str(problem).strip().splitlines()[-1].strip()
        [finding] = error(f"The database cannot be reached: {words}", "Look at DATABASE_URL.")
        yield "database", finding
        return
    yield from _run(OF_DATABASE)


def _run(checks: list[Check]) -> Iterator[tuple[str, Finding]]:
    for check in checks:
        try:
            findings = check()
        except Exception as problem:  # one check that fails keeps no other one back
            words = (str(problem).strip().splitlines() or [repr(problem)])[0]
            findings = error(f"This could not be checked: {words}", "")
        for finding in findings:
            yield check.__name__.replace("_", " "), finding
