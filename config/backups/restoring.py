"""Restoring a backup into an empty installation, or into a scratch database to compare."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import DatabaseError
from django.db.migrations.loader import MigrationLoader

from config.backups import BackupError, postgres
from config.backups.archive import pieces_of, read_members
from config.backups.encryption import opened
from config.backups.making import check, count_rows, feed_dump
from config.backups.places import Place
from config.web.files.media_storage import media_place
from config.web.files.stored_files import media_storage
from config.web.files.whole_files import write_whole


def restore(path: Place, *, passphrase: str = "") -> dict[str, Any]:
    """Fill the empty database and the empty media folder. Returns the manifest.

    The database comes last and in one transaction: until then the installation is empty. Raises
    BackupError, and OSError when the disk is full.
    """
    manifest = check(path, passphrase)
    refuse_unknown_migrations(manifest)
    connection = postgres.direct().copy()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext('colophon.backup'))")
            if not cursor.fetchone()[0]:
                raise BackupError("Another backup or restore of this database is at work.")
            refuse_full_database(cursor)
            refuse_full_media(manifest)
            _restore_files(path, passphrase)
            load_dump(path, passphrase, manifest, connection)
            cursor.execute("ANALYZE")
            compare(manifest, cursor)
    finally:
        connection.close()
    return manifest


def refuse_unknown_migrations(manifest: dict[str, Any]) -> None:
    """Raise BackupError for a backup of a later version than this code."""
    known = {".".join(key) for key in MigrationLoader(None).disk_migrations}
    unknown = [name for name in manifest["migrations"] if name not in known]
    if unknown:
        version = manifest["software"]["colophon"]
        raise BackupError(
            f"The backup is of another version of Colophon ({version}): this one does not know the"
            f" migration {unknown[0]}. Install that version."
        )


def refuse_full_database(cursor: Any) -> None:
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'S')"
        " AND relnamespace = 'public'::regnamespace LIMIT 1"
    )
    if cursor.fetchone():
        name = postgres.direct().settings_dict["NAME"]
        raise BackupError(
            f"The database {name} is not empty, and a restore replaces nothing. Make a new one"
            " (createdb) and name it in DATABASE_URL, before any migration."
        )


def refuse_full_media(manifest: dict[str, Any]) -> None:
    if next(media_storage.names(), None):
        place = media_place()
        raise BackupError(f"{place} is not empty, and a restore replaces nothing. Move it away.")
    if settings.MEDIA_S3:
        return
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(root).free
    if free < manifest["media"]["bytes"]:
        raise BackupError(
            f"The disk of {root} has {free // 2**20} MB free, the media are"
            f" {manifest['media']['bytes'] // 2**20} MB."
        )


def _restore_files(path: Place, passphrase: str) -> None:
    with opened(path, passphrase) as stream:
        for name, _size, content in read_members(stream):
            if name == "secret-key":
                # The embedded start reads it there. Others read SECRET_KEY: a person copies it.
                file = "secret-key" if settings.EMBEDDED_DATABASE else "secret-key.restored"
                write_whole(Path(settings.VAR_DIR) / file, pieces_of(content), mode=0o600)
            elif name.startswith("media/"):
                place = PurePosixPath(name.removeprefix("media/"))
                if place.is_absolute() or ".." in place.parts:
                    raise BackupError(f"{name} leads out of the folder of media.")
                media_storage.save(str(place), ContentFile(b"".join(pieces_of(content))))


def load_dump(
    path: Place, passphrase: str, manifest: dict[str, Any], connection: Any, name: str = ""
) -> None:
    """Run pg_restore into the database of a connection, or into `name` beside it."""
    program = postgres.find_program("pg_restore", server=manifest["postgresql"]["pg_dump"])
    database, environment = postgres.address(connection, name=name)
    words = [str(program.path), f"--dbname={database}", "--no-owner", "--no-privileges"]
    words += ["--no-comments", "--single-transaction", "--exit-on-error"]
    feed_dump(words, environment, path, passphrase)


def compare(manifest: dict[str, Any], cursor: Any) -> None:
    """Raise BackupError when a table has another number of rows than the backup says."""
    counts = count_rows(cursor)
    for table, number in manifest["rows"].items():
        if counts.get(table) != number:
            raise BackupError(f"{table} has {counts.get(table)} rows, the backup has {number}.")


def verify(path: Place, *, passphrase: str = "") -> dict[str, Any]:
    """Restore into a scratch database beside the own one, and compare. Raises BackupError."""
    manifest = check(path, passphrase)
    with _scratch_database() as scratch:
        load_dump(path, passphrase, manifest, scratch)
        with scratch.cursor() as cursor:
            compare(manifest, cursor)
    return manifest


@contextmanager
def _scratch_database() -> Iterator[Any]:
    own = postgres.direct().copy()
    name = f"colophon_verify_{secrets.token_hex(6)}"
    try:
        with own.cursor() as cursor:
            cursor.execute(
                f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"
                " LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'"
            )
            scratch = postgres.direct().copy()
            scratch.settings_dict = {**scratch.settings_dict, "NAME": name}
            try:
                yield scratch
            finally:
                scratch.close()
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    except DatabaseError as error:
        words = str(error).strip().splitlines()[0]
        raise BackupError(
            f"The scratch database: {words}. Its role needs CREATEDB: ALTER ROLE … CREATEDB."
        ) from error
    finally:
        own.close()
