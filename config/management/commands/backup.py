"""manage.py backup: the whole publication in one file; docs/backups.md tells more."""

import errno
from argparse import ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from config import environment
from config.backups import BackupError, record
from config.backups.making import make_backup
from config.backups.places import Place, read_place
from config.backups.restoring import verify
from config.backups.retention import newest_in, read_keep, to_remove


class Command(BaseCommand):
    help = "Write database and media into one file, and check it. BACKUP_PASSPHRASE encrypts it."

    def add_arguments(self, parser: CommandParser) -> None:
        folder = settings.VAR_DIR / "backups"
        parser.add_argument(
            "--to",
            type=place_of,
            default=folder,
            help="folder, or s3://bucket/folder?endpoint=https://… (default: %(default)s)",
        )
        parser.add_argument("--keep", help="remove older backups of this site, such as 7d,4w,12m")
        parser.add_argument(
            "--with-secret-key", action="store_true", help="only into an encrypted one"
        )
        parser.add_argument(
            "--verify",
            type=place_of,
            metavar="FILE",
            help="make none: restore this one, or the newest of this folder, into a scratch"
            " database and compare",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        passphrase = environment.read_text("BACKUP_PASSPHRASE")
        if options["verify"]:
            self.verify(options["verify"], passphrase)
            return
        try:
            keep = read_keep(options["keep"]) if options["keep"] else None
            path = make_backup(
                options["to"], passphrase=passphrase, with_secret_key=options["with_secret_key"]
            )
            removed = to_remove(options["to"].iterdir(), keep) if keep else []
            for old in removed:
                old.unlink()
        except (BackupError, DatabaseError, OSError) as error:
            words = in_words(error, options["to"])
            record.note(file=None, error=words)
            raise CommandError(words) from error
        record.note(file=path)
        size = path.stat().st_size
        self.stdout.write(f"{path}: {size / 1_000_000:.1f} MB, checked. {len(removed)} removed.")

    def verify(self, path: Place, passphrase: str) -> None:
        """Of a folder the newest one; how that ended is on the health page."""
        is_folder = False
        try:
            is_folder = not path.is_file()
            path = newest_in(path) if is_folder else path
            manifest = verify(path, passphrase=passphrase)
        except (BackupError, DatabaseError, OSError) as error:
            words = in_words(error, path)
            if is_folder:
                words = f"{path} does not come back: {words}"
                record.note(file=None, error=words, name=record.VERIFIED)
            raise CommandError(words) from error
        if is_folder:
            record.note(file=path, name=record.VERIFIED)
        rows, media = sum(manifest["rows"].values()), manifest["media"]
        self.stdout.write(
            f"{path} is whole: {rows} rows in {len(manifest['rows'])} tables came back as they"
            f" were; {media['files']} media files; made {manifest['made_at']}."
        )


def place_of(text: str) -> Place:
    """A type of arguments: a path, or what stands in S3."""
    try:
        return read_place(text)
    except ImproperlyConfigured as error:
        raise ArgumentTypeError(str(error)) from error


def in_words(error: Exception, place: Place) -> str:
    """One line for the operator."""
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk of {place} is full. Free some space, or write --to another one."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or place}: {error.strerror}."
    return str(error).strip().splitlines()[0]
