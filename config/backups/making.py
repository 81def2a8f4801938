"""Making a backup: one moment of the database, then the media."""

import os
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import django
from django.conf import settings
from django.utils import timezone

from config.backups import BackupError, postgres
from config.backups.archive import READ, Writing, pieces_of, read_manifest, read_members
from config.backups.encryption import encrypted, opened
from config.backups.places import Place, prepare, write
from config.backups.retention import name_of
from config.web.files.stored_files import media_storage

FORMAT = 1
_TABLES = """
    SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')
    AND relpersistence = 'p' AND relnamespace = 'public'::regnamespace ORDER BY relname
"""


@dataclass
class Snapshot:
    """What the database holds at one moment."""

    name: str  # under which pg_dump sees the same moment
    server: int  # its major version
    rows: dict[str, int]
    migrations: list[str]
    end: Callable[[], None]  # lets the database clean up what has changed since


def make_backup(folder: Place, *, passphrase: str = "", with_secret_key: bool = False) -> Place:
    """Write a backup into `folder` and check it. Returns its path.

    It is written aside and gets its name when it is whole. Raises BackupError, and OSError when the
    disk is full or the folder cannot be written to.
    """
    if with_secret_key and not passphrase:
        raise BackupError("The secret key goes only into an encrypted backup: BACKUP_PASSPHRASE.")
    prepare(folder)
    path = folder / name_of(timezone.now())
    with snapshot() as moment:
        pieces = _pieces(moment, with_secret_key)
        if passphrase:
            pieces = encrypted(pieces, passphrase)
        write(path, pieces)
    try:
        check(path, passphrase)
    except BackupError:
        path.unlink()
        raise
    return path


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """One moment of the database, as long as the block. Raises BackupError for a second one."""
    connection = postgres.direct().copy()
    connection.inc_thread_sharing()  # encryption reads in a thread of its own
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext('colophon.backup'))")
            if not cursor.fetchone()[0]:
                raise BackupError("Another backup or restore of this database is at work.")
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version_num')")
            name, version = cursor.fetchone()
            cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY id")
            migrations = [migration for (migration,) in cursor.fetchall()]
            rows, major = count_rows(cursor), int(version) // 10_000
            yield Snapshot(name, major, rows, migrations, lambda: cursor.execute("COMMIT"))
    finally:
        connection.close()


def count_rows(cursor: Any) -> dict[str, int]:
    """How many rows each table has."""
    cursor.execute(_TABLES)
    counts = {}
    for (table,) in cursor.fetchall():
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        counts[table] = cursor.fetchone()[0]
    return counts


def _pieces(moment: Snapshot, with_secret_key: bool) -> Iterator[bytes]:
    tar = Writing()
    program = postgres.find_program("pg_dump", server=moment.server)
    database, environment = postgres.address(postgres.direct())
    words = [str(program.path), f"--dbname={database}", f"--snapshot={moment.name}"]
    words += ["--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=60s"]
    words += ["--no-unlogged-table-data"]  # pages that processes share
    with postgres.running(words, environment, stdout=subprocess.PIPE) as process:
        for number, piece in enumerate(tar.in_pieces("database", process.stdout)):
            if number == 0:  # pg_dump has begun, and holds the moment by itself
                moment.end()
            yield piece
    # Files of rows are written before their rows and never changed: each row has its file.
    files = size = 0
    for name in media_storage.names():
        try:
            file = media_storage.open(name)
        except FileNotFoundError:  # deleted since, or broken
            continue
        with file:
            length = file.size
            yield from tar.member(f"media/{name}", file.chunks(READ), length)
        files, size = files + 1, size + length
    if with_secret_key:
        key = settings.SECRET_KEY.encode()
        yield from tar.member("secret-key", [key], len(key))
    yield from tar.end(
        {
            "format": FORMAT,
            "made_at": timezone.now().isoformat(),
            "site": settings.SITE_URL,
            "software": {"colophon": software_version(), "django": django.get_version()},
            "postgresql": {"server": moment.server, "pg_dump": program.major},
            "migrations": moment.migrations,
            "rows": moment.rows,
            "media": {"files": files, "bytes": size},
            "has_secret_key": with_secret_key,
        }
    )


def software_version() -> str:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    return str(project["project"]["version"])


def check(path: Place, passphrase: str) -> dict[str, Any]:
    """The manifest of a backup whose checksum and table of contents are right.

    Raises BackupError.
    """
    with opened(path, passphrase) as stream:
        manifest = read_manifest(stream)
        while stream.read(READ):  # an encrypted one has a signature at its end
            pass
    if manifest.get("format") != FORMAT:
        raise BackupError(f"A newer Colophon wrote this backup (format {manifest.get('format')}).")
    program = postgres.find_program("pg_restore", server=manifest["postgresql"]["pg_dump"])
    words = [str(program.path), "--list"]
    feed_dump(words, dict(os.environ), path, passphrase)
    return manifest


def feed_dump(words: list[str], environment: dict[str, str], path: Place, passphrase: str) -> None:
    """Run a program with the dump in a backup as its input. Raises BackupError when it fails."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL}
    with (
        opened(path, passphrase) as stream,
        postgres.running(words, environment, **pipes) as process,
        suppress(BrokenPipeError),  # it has read enough, or failed and says why
    ):
        for name, _size, content in read_members(stream):
            if not name.startswith("database/"):
                break
            for piece in pieces_of(content):
                process.stdin.write(piece)
