"""Pictures of an import: found in a folder or asked from a host, cleaned, each file kept once."""

import hashlib
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction

from articles.models import Image
from articles.pictures.picture_files import MAX_BYTES, clean_picture, title_of_file
from config.moving.keys import Keys
from config.moving.media import Folder, NoPicture, Zipped
from config.moving.models import ImportedItem
from config.moving.records import Picture, Redirect
from config.moving.redirects import store_redirects
from config.moving.report import Report
from config.web.fetching.asking import NoAnswer, ask
from config.web.fetching.guard import Forbidden, Guard, Target

Kind = ImportedItem.Kind
_MOST = {"alt_text": 300, "caption": 500}  # characters
_WHY = {
    "name": "there is no such site",
    "time": "the site was too slow",
    "connection": "the site cannot be reached",
    "certificate": "the site's certificate is wrong",
    "redirects": "it redirects too often",
    "forbidden": "it is not at an allowed host",
    "nonsense": "the answer cannot be read",
}


@dataclass(frozen=True)
class HostGuard(Guard):
    """A guard that refuses all hosts but these. Redirects pass it, too."""

    hosts: frozenset[str] = frozenset()

    def check(self, address: str) -> Target:
        target = super().check(address)
        if target.host not in self.hosts:
            raise Forbidden(target.host)
        return target


@dataclass
class Pictures:
    """Where pictures come from. Without a folder and a host there are none."""

    keys: Keys
    report: Report
    media: Folder | Zipped | None = None
    guard: HostGuard | None = None
    dry_run: bool = False
    # Why pictures failed, so that no site is asked for one again.
    missing: dict[str, str] = field(default_factory=dict)

    def store(self, record: Picture) -> Image | None:
        """The picture in the library. None, and a line in the report, when it cannot be had.

        A dry run stores nothing and asks no site. Its answer is None for pictures that it found,
        too.
        """
        row = self.keys.row(Kind.PICTURE, record.foreign_id)
        try:
            if record.foreign_id in self.missing:
                raise NoPicture(self.missing[record.foreign_id])
            if row is not None:
                return self.imported(row)
            if self.dry_run:
                self._look_for(record)
                return None
            content = self.content(record)
            digest = hashlib.sha256(content).hexdigest()
            same = Image.objects.filter(pk=self.keys.row(Kind.FILE, digest) or 0).first()
            if same is None:
                same = self.keep(record, content, digest)
            else:
                self.keys.note(Kind.PICTURE, record.foreign_id, same.pk)
        except NoPicture as problem:
            self.missing[record.foreign_id] = str(problem)
            said = [record.address, record.title, record.alt, record.caption, f"({problem})"]
            self.report.say("picture", " ".join(filter(None, said)))
            return None
        if record.path:
            moved = Redirect(f"/{record.path}", same.file.url)
            store_redirects([moved], self.report)
        return same

    def imported(self, row: int) -> Image:
        image = Image.objects.filter(pk=row).first()
        if image is None:
            raise NoPicture("it was imported before, and deleted here")
        return image

    def keep(self, record: Picture, content: bytes, digest: str) -> Image:
        try:
            file = clean_picture(BytesIO(content), len(content))
        except ValidationError as error:
            raise NoPicture(" ".join(error.messages)) from error
        words = {"alt_text": record.alt, "caption": record.caption}
        for name, most in _MOST.items():
            text = words[name]
            if len(text) > most:
                self.report.say("picture's words", f"cut: {text}")
                words[name] = f"{text[: most - 1]}…"
        name = urlsplit(record.address).path.rpartition("/")[2]
        title = record.title or title_of_file(name)
        with transaction.atomic():
            image = Image.objects.create(file=file, title=title[:200], **words)
            self.keys.note(Kind.PICTURE, record.foreign_id, image.pk)
            self.keys.note(Kind.FILE, digest, image.pk)
        self.report.stored_one("pictures")
        return image

    def _look_for(self, record: Picture) -> None:
        """Raises NoPicture if neither the source, a folder nor the host has it."""
        is_here = record.content or any(place.has(record.path) for place in self._places(record))
        if not is_here and not self.is_asked(record):
            raise NoPicture("no file in the folder of pictures, and no host to fetch it from")

    def content(self, record: Picture) -> bytes:
        self._look_for(record)
        read = (place.read(record.path, MAX_BYTES) for place in self._places(record))
        content = record.content or next(filter(None, read), None) or self._asked_for(record)
        if len(content) > MAX_BYTES:
            raise NoPicture("the file is larger than 20 MB")
        return content

    def _places(self, record: Picture) -> list[Folder | Zipped]:
        """Where its file may be: in a folder of the source's own, in that of all pictures."""
        own = [Folder(record.folder)] if record.folder else []
        return [*own, *([self.media] if self.media else [])] if record.path else []

    def _asked_for(self, record: Picture) -> bytes:
        """What the host answers. An empty file, for which no host is asked, is no picture."""
        if not self.is_asked(record):
            raise NoPicture("the file is empty")
        try:
            answer = ask(record.address, most_bytes=MAX_BYTES + 1, guard=self.guard)
        except NoAnswer as error:
            raise NoPicture(_WHY[error.why]) from error
        if answer.status not in {200, 206}:
            raise NoPicture(f"the site answered {answer.status}")
        return answer.body

    def is_asked(self, record: Picture) -> bool:
        try:
            host = urlsplit(record.address).hostname
        except ValueError:
            return False
        return self.guard is not None and host in self.guard.hosts
