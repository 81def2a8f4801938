"""`manage.py import_articles drafts/*.md`: the short name of `import_from files`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Turn files of text, Markdown, HTML and Word into articles. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--author", metavar="SLUG", default="", help="of files without one")
        parser.add_argument("--topic", metavar="SLUG", default="", help="of files without one")
        parser.add_argument("--publish", action="store_true", help="publish them at once")
        parser.add_argument("--dry-run", action="store_true", help="only report, save nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = {name: options[name] for name in ("author", "topic", "publish", "dry_run")}
        call_command("import_from", "files", *options["files"], stdout=self.stdout, **chosen)
