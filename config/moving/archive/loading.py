"""Reads the zip of a site into an empty one: `import_from colophon`."""

import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction

from config.moving.archive import rows
from config.moving.archive.exporting import FORMAT, MANIFEST, key_mark
from config.moving.archive.tables import SCHEMA, TABLES
from config.moving.records import BadSource
from config.moving.report import Report
from config.web.models import Installation
from config.web.text.json_text import read_json
from newsletter.models import Suppression

# The files that an import may write into the media folder: pictures of the library.
_PICTURE = re.compile(r"media/(images/\d{4}/\d{2}/\w+\.(?:jpg|png|webp))", re.ASCII)
_DAMAGED = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def load_site(
    path: Path, report: Report, say: Callable[[str], object], *, dry_run: bool = False
) -> None:
    """Fill the empty site. Raises BadSource, and OSError when the disk is full.

    The rows come last and in one transaction: a run that was killed left an empty site, and is
    started again. Mail is on hold afterwards, as the former site may be at work still. A dry run
    takes the transaction back.
    """
    try:
        with ZipFile(path) as archive:
            manifest = _manifest(archive, path.name)
            refuse_full_site()
            if not dry_run:
                _store_pictures(archive, report, say)
            with transaction.atomic():
                with connection.cursor() as cursor:  # a second import waits here, and is refused
                    cursor.execute("SELECT pg_advisory_xact_lock(hashtext('moving.archive'))")
                refuse_full_site()
                Installation.objects.filter(pk=1).update(database="")  # mail waits
                _store_rows(archive, manifest, report, say)
                if dry_run:
                    transaction.set_rollback(True)
    except _DAMAGED as error:
        raise BadSource(f"{path.name} is damaged, or no export of Colophon: {error}.") from error
    except DatabaseError as error:  # of a check at the end of the transaction
        words = str(error).strip().splitlines()[0]
        raise BadSource(f"{path.name} does not fit together: {words}.") from error


def _manifest(archive: ZipFile, name: str) -> dict[str, Any]:
    try:
        manifest = read_json(archive.read(MANIFEST))
        is_ours = manifest["format"] == FORMAT
        schema, software = manifest["schema"], manifest["software"]
    except (KeyError, TypeError, ValueError) as error:
        raise BadSource(f"{name} is no export of Colophon: it has no {MANIFEST}.") from error
    if not is_ours:
        raise BadSource(f"{name} is no export of Colophon.")
    if schema != SCHEMA:
        raise BadSource(
            f"{name} has the schema {schema} of {software}; this Colophon reads {SCHEMA}."
            " Import it with the Colophon that wrote it, update that, and export again."
        )
    wanted = {table.file for table in TABLES} | {rows.ROLES, rows.HOLDERS}
    lacking = wanted - set(archive.namelist())
    if lacking:
        raise BadSource(f"{name} is damaged: {min(lacking)} is missing.")
    return dict(manifest)


def refuse_full_site() -> None:
    """Raise BadSource where a table has rows that the migrations did not write."""
    full = [
        table.label
        for table in TABLES
        if not table.is_filled and table.model._base_manager.exists()
    ]
    if full:
        raise BadSource(
            f"The site is not empty: there are rows in {', '.join(full[:5])}. An import of a whole"
            " site replaces nothing. Make a new database, migrate it, and import before you create"
            " the first account."
        )


def _store_pictures(archive: ZipFile, report: Report, say: Callable[[str], object]) -> None:
    report.begin("pictures", "media/")
    for name in archive.namelist():
        if not name.startswith("media/"):
            continue
        found = _PICTURE.fullmatch(name)
        if not found:
            report.say("file", f"{name} is no picture of the library")
            continue
        with archive.open(name) as content:
            default_storage.delete(found[1])  # of a run that was killed
            default_storage.save(found[1], File(content))
        report.stored_one("pictures")
        if report.stored["pictures"] % 500 == 0:
            say(f"{report.stored['pictures']} pictures")


def _store_rows(
    archive: ZipFile, manifest: dict[str, Any], report: Report, say: Callable[[str], object]
) -> None:
    for table in TABLES:
        if table.is_filled:
            table.model._base_manager.all()._raw_delete(using="default")
        with archive.open(table.file) as lines:
            written = rows.write_rows(table, lines)
        if written != manifest["rows"].get(table.label):
            raise BadSource(f"{table.file} is damaged: it has {written} rows.")
        if written:
            say(f"{table.label}: {written} rows")
            report.stored[str(table.model._meta.verbose_name_plural)] += written
    with archive.open(rows.ROLES) as lines:
        rows.write_roles(lines)
    with archive.open(rows.HOLDERS) as lines:
        rows.write_holders(lines)
    rows.draw_later_keys()
    report.begin("settings", MANIFEST)
    if manifest.get("key") != key_mark() and Suppression.objects.exists():
        report.say(
            "suppressed addresses",
            f"{Suppression.objects.count()} are known again only with the SECRET_KEY of the former"
            " site. Set it before you send anything.",
        )
    for name in manifest.get("missing", []):
        report.say("picture", f"{name} was missing at the former site")
