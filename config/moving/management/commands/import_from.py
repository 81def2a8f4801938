"""`manage.py import_from wordpress export.xml`: docs/importing.md says how."""

import os
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from django.core.management.base import BaseCommand, CommandError

from articles.models import Author, Topic
from config.moving.archive.loading import load_site
from config.moving.maps import BadMap, read_map
from config.moving.media import Folder, Zipped, media_at
from config.moving.moving_in import Choices, move_in
from config.moving.pictures import HostGuard
from config.moving.records import BadSource, Source
from config.moving.report import Report
from config.moving.sources.disqus import Disqus
from config.moving.sources.files import Files
from config.moving.sources.ghost import Ghost
from config.moving.sources.isso import Isso
from config.moving.sources.subscribers import Subscribers
from config.moving.sources.wordpress import WordPress
from config.web import audit
from config.web.text.addresses import ascii_domain

_SOURCES = ["colophon", "disqus", "files", "ghost", "isso", "subscribers", "wordpress"]


class Command(BaseCommand):
    help = "Import from another publication. Running it again brings only what is new."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=_SOURCES)
        parser.add_argument("sources", nargs="+", metavar="SOURCE", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only report, save nothing")
        parser.add_argument("--publish", action="store_true", help="publish what was public")
        parser.add_argument("--repair", action="store_true", help="mend a file that is no XML")
        parser.add_argument(
            "--media", metavar="FOLDER", type=Path, help="the folder of uploads, or a zip of it"
        )
        parser.add_argument(
            "--fetch-from",
            metavar="HOST",
            action="append",
            default=[],
            help="ask this host for pictures that the folder lacks",
        )
        parser.add_argument("--authors", metavar="MAP", type=Path, help="CSV: author there, slug")
        parser.add_argument("--topics", metavar="MAP", type=Path, help="CSV: category there, slug")
        parser.add_argument("--ask", action="store_true", help="mail subscribers without a consent")
        parser.add_argument("--address", metavar="URL", default="", help="of the old site")
        parser.add_argument("--author", metavar="SLUG", default="", help="of files without one")
        parser.add_argument("--topic", metavar="SLUG", default="", help="of files without one")
        parser.add_argument(
            "--type",
            metavar="NAME",
            action="append",
            default=[],
            help="import items of this type as articles, too",
        )
        parser.add_argument("--report", metavar="FILE", type=Path, help="write the report as CSV")

    def handle(self, *args: Any, **options: Any) -> None:
        choices = Choices(
            publish=options["publish"],
            dry_run=options["dry_run"],
            ask=options["ask"],
            media=_media(options["media"]),
            guard=_guard(options["fetch_from"]),
            authors=_chosen(options, "author", Author) | _read_map(options["authors"], Author),
            topics=_chosen(options, "topic", Topic) | _read_map(options["topics"], Topic),
        )
        with ExitStack() as files:
            table = None
            if options["report"]:
                try:
                    opened = options["report"].open("w", encoding="utf-8", newline="")
                except OSError as error:
                    raise CommandError(f"The report: {error.strerror}.") from error
                table = files.enter_context(opened)
            report, unread = Report(table), 0
            try:
                if options["kind"] == "colophon":
                    self._load(options, report)
                else:
                    source = _source(options)
                    for line in source.preview() if options["dry_run"] else ():
                        self._say(line)
                    move_in(source, report, choices, self._say)
                    unread = source.unread
            except BadSource as problem:
                raise CommandError(str(problem)) from problem
        report.write(self._say)
        if options["dry_run"]:
            self._say("This was a dry run: nothing was saved.")
        if unread:
            raise CommandError(f"{unread} files could not be read.")

    def _load(self, options: dict[str, Any], report: Report) -> None:
        """A whole site of Colophon into this one, which is empty."""
        if len(options["sources"]) != 1:
            raise CommandError("Name one file: an export of Colophon is one zip.")
        try:
            load_site(options["sources"][0], report, self._say, dry_run=options["dry_run"])
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        if not options["dry_run"]:
            detail = f"manage.py import_from colophon {options['sources'][0].name}"
            audit.record(audit.AuditEntry.Action.IMPORTED, by=None, detail=detail)
            self._say("Mail is on hold until you run manage.py release_mail.")

    def _say(self, line: str) -> None:
        """Write a line; signs that the terminal cannot show become escapes."""
        encoding = getattr(self.stdout, "encoding", None) or "utf-8"
        self.stdout.write(line.encode(encoding, "backslashreplace").decode(encoding))


def _source(options: dict[str, Any]) -> Source:
    files = options["sources"]
    match options["kind"]:
        case "disqus":
            return Disqus(files, repair=options["repair"])
        case "files":
            return Files(files, author=options["author"], topic=options["topic"])
        case "ghost":
            return Ghost(files, address=options["address"])
        case "isso":
            return Isso(files)
        case "subscribers":
            return Subscribers(files)
        case _:
            return WordPress(
                files,
                repair=options["repair"],
                more_types=options["type"],
                address=options["address"],
            )


def _chosen(options: dict[str, Any], name: str, model: type[Author | Topic]) -> dict[str, str]:
    """The row here that the option names."""
    slug = options[name]
    if not slug:
        return {}
    rows = model._default_manager.order_by("slug")
    if not rows.filter(slug=slug).exists():
        known = ", ".join(rows.values_list("slug", flat=True)[:50])
        hint = f"Known: {known}." if known else f"Add the {name} in the admin first."
        raise CommandError(f"There is no {name} {slug!a}. {hint}")
    return {f"--{name}": slug}


def _guard(hosts: list[str]) -> HostGuard | None:
    try:
        return HostGuard(hosts=frozenset(map(ascii_domain, hosts))) if hosts else None
    except ValueError as error:
        raise CommandError(f"--fetch-from: {error}.") from error


def _read_map(path: Path | None, model: type[Author | Topic]) -> dict[str, str]:
    if path is None:
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return read_map(file, model)
    except BadMap as problem:
        raise CommandError(f"{path.name}: {problem}") from problem
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path.name} cannot be read: {error}.") from error


def _media(path: Path | None) -> Folder | Zipped | None:
    try:
        return media_at(path) if path else None
    except FileNotFoundError as error:
        raise CommandError(f"There is no folder {os.fspath(error.filename)!a}.") from error
    except (OSError, BadZipFile) as error:
        raise CommandError(f"--media: {error}.") from error
