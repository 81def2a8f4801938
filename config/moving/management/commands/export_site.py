"""`manage.py export_site FILE.zip`: docs/exporting.md says what is in it."""

import errno
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from config.moving.archive.exporting import export_site
from config.moving.moves import folder
from config.web import audit


class Command(BaseCommand):
    help = "Write the whole site into one zip: to move it, to keep it, or to read it elsewhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.zip", type=Path)
        parser.add_argument("--replace", action="store_true", help="write over an existing file")
        parser.add_argument("--quiet", action="store_true", help="say nothing while it works")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if path.exists() and not options["replace"]:
            raise CommandError(f"{path} exists. Choose another name, or add --replace.")

        def tell(percent: int) -> None:
            if not options["quiet"]:
                self.stdout.write(f"{percent} %")
                self.stdout.flush()

        try:
            manifest = export_site(path, tell)
        except OSError as error:
            full = error.errno in {errno.ENOSPC, errno.EDQUOT}
            why = "the disk is full" if full else error.strerror
            raise CommandError(f"{path} cannot be written: {why}.") from error
        except DatabaseError as error:
            raise CommandError(str(error).strip().splitlines()[0]) from error
        if path.parent != folder():  # of an export from the desk it is noted who asked for it
            detail = f"manage.py export_site {path.name}"
            audit.record(audit.AuditEntry.Action.EXPORTED, by=None, detail=detail)
        size = path.stat().st_size / 1_000_000
        rows, pictures = sum(manifest["rows"].values()), manifest["pictures"]
        self.stdout.write(f"{path}: {rows} rows, {pictures} pictures, {size:.1f} MB.")
        for name in manifest["missing"]:
            self.stderr.write(f"The file of a picture is missing: {name}")
        self.stdout.write("It holds addresses of readers and subscribers: keep it as a backup.")
