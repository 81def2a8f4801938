"""manage.py restore FILE: fill an empty installation from a backup; docs/backups.md tells more."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from config import environment
from config.backups import BackupError
from config.backups.restoring import restore
from config.management.commands.backup import in_words, place_of


class Command(BaseCommand):
    help = "Restore a backup into an empty database and an empty folder of media."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=place_of, help="a path, or s3://bucket/folder/file.tar")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        try:
            manifest = restore(path, passphrase=environment.read_text("BACKUP_PASSPHRASE"))
        except (BackupError, DatabaseError, OSError) as error:
            raise CommandError(in_words(error, path)) from error
        rows, media = sum(manifest["rows"].values()), manifest["media"]["files"]
        self.stdout.write(
            f"Restored {rows} rows and {media} media files, as of {manifest['made_at']}.\n"
            "Now run `manage.py migrate`. Mail is on hold: if this is the publication itself and"
            " no copy, run `manage.py release_mail`."
        )
        if manifest["has_secret_key"]:
            self.stdout.write("The secret key lies in VAR_DIR: set SECRET_KEY to it.")
