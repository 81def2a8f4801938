"""Articles as files: Markdown, HTML, plain text and Word, also all of a folder."""

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils import timezone

from articles.importing import ENDINGS, ImportProblem, ParsedArticle, parse_file
from articles.slugs import slug_of
from config.moving.records import Article, Author, Picture, Redirect, Reference, Source, Topic
from config.moving.report import Report
from config.moving.sources.linked_pictures import picture_at, picture_in_file, picture_in_folder
from config.moving.sources.markup import rewritten
from config.moving.wording import words_of_html

PICTURE_ENDINGS = frozenset(["avif", "gif", "heic", "heif", "jpeg", "jpg", "png", "svg", "webp"])
_MOST_REFERENCE = 1000  # characters


class Files(Source):
    """`author` and `topic` are slugs here, for files that name none themselves.

    A file is known again by its title, with its date where it has one.
    """

    site = "files"

    def __init__(self, paths: Collection[Path], *, author: str = "", topic: str = "") -> None:
        self.paths = paths
        self.author, self.topic = author, topic
        self.seen: set[str] = set()

    def articles(self, report: Report) -> Iterator[Article]:
        for path in self.paths:
            folder = path if path.is_dir() else path.parent
            for file in _files_in(path, report) if path.is_dir() else [path]:
                place = _named(file)
                report.begin(place, place)
                try:
                    parsed = parse_file(file)
                except ImportProblem as problem:
                    self.unread += 1
                    report.say("file that cannot be read", str(problem))
                    continue
                report.begin(parsed.title, place)
                yield self.article(parsed, file, folder, report)

    def article(self, parsed: ParsedArticle, file: Path, folder: Path, report: Report) -> Article:
        fields = parsed.fields
        for note in parsed.skipped:
            report.say("left out or changed", note)
        if fields.is_draft:
            report.say("draft", "the file says so, and it stays one")
        finder = _Finder(file, folder, parsed.pictures)
        body, pictures = rewritten(parsed.html, report=report, find=finder.find, base="")
        date = fields.published_at
        updated = fields.updated_at
        if updated and updated > timezone.now():
            report.say("date", f"last updated on {updated:%Y-%m-%d}, a day to come: not used")
            updated = None
        number = " ".join(filter(None, [parsed.title, date.isoformat() if date else ""]))
        if number in self.seen:
            report.say("title", f"{number}: another file of this title was there before")
        self.seen.add(number)
        return Article(
            foreign_id=number[:250],
            place=_named(file),
            title=parsed.title,
            body=body,
            slug=slug_of(fields.slug),
            standfirst=" ".join(fields.standfirst.split()),
            may_be_public=not fields.is_draft,
            published_at=date or updated or timezone.now(),
            updated_at=updated,
            authors=self.authors(fields.authors, fields.role),
            topic=self.chosen_topic(fields.topics),
            hero=finder.find(fields.hero, "") if fields.hero else None,
            pictures=pictures,
            references=[_reference(note, report) for note in parsed.footnotes],
            redirects=[Redirect(path) for path in fields.paths],
            words=words_of_html(parsed.seen),
            known_by_title=date is None,
        )

    def authors(self, names: list[str], role: str) -> list[Author]:
        if not names and self.author:
            return [Author("--author", self.author)]
        return [Author(name[:250], name, role=role) for name in names]

    def chosen_topic(self, names: list[str]) -> Topic | None:
        if not names and self.topic:
            return Topic("--topic", self.topic)
        return next((Topic(name[:250], name) for name in names), None)


class _Finder:
    """Finds the pictures of one file: in the file, beside it, or below the folder."""

    def __init__(self, file: Path, folder: Path, inside: Mapping[str, bytes]) -> None:
        self.file, self.folder, self.inside = file, folder, inside

    def find(self, address: str, _classes: str) -> Picture | None:
        record = picture_at(address, "")
        if record is None:
            return None
        if address in self.inside:
            return picture_in_file(self.inside[address], address)
        try:
            parts = urlsplit(address)
        except ValueError:
            return record
        if parts.scheme or parts.netloc:
            return record
        path = unquote(parts.path)
        beside = self.file.parent / path
        root = self.folder.resolve()
        if not path.startswith("/") and beside.resolve().is_relative_to(root):
            path = str(beside.resolve().relative_to(root))
        return picture_in_folder(self.folder, path.lstrip("/"))


def _files_in(folder: Path, report: Report) -> Iterator[Path]:
    """The files with text below a folder, in their order. Others but pictures are named."""
    for file in sorted(folder.rglob("*")):
        ending = file.suffix.lower()
        is_hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if is_hidden or not file.is_file():
            continue
        if ending in ENDINGS:
            yield file
        elif ending.removeprefix(".") not in PICTURE_ENDINGS:
            report.begin(_named(file), _named(file))
            report.say("file of another kind", _named(file))


def _named(file: Path) -> str:
    """The path, also of a name that is no UTF-8."""
    return os.fsencode(file).decode("utf-8", "backslashreplace")


def _reference(note: tuple[int, str, str], report: Report) -> Reference:
    number, text, url = note
    if len(text) > _MOST_REFERENCE:
        report.say("footnote", f"cut: {text}")
        text = f"{text[: _MOST_REFERENCE - 1]}…"
    return Reference(number, text or "–", url if len(url) <= 500 else "")
