"""The media storage, for uploads and for files made of them. A broken file counts as missing.

An upload and its row are kept together or not at all. Until the row is committed, the storage keeps
a note of the file. It marks what a failed transaction or a killed process left. Files are on the
disk, with the note beside them (`.<name>.unsaved`), or in S3 (s3_storage.py).
"""

import errno
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from django.db import DatabaseError, transaction
from django.db.models import FileField

from config.web.files.stored_files import MediaStorage, StoredFile, media_storage
from config.web.files.whole_files import is_whole, write_whole

logger = logging.getLogger("colophon.files")
_NOTE = ".unsaved"
LONGEST_TRANSACTION = 3600  # seconds
_saved: ContextVar[list[str] | None] = ContextVar("saved", default=None)
# Making a picture takes a tenth of a second. One thread makes them, the others go on serving.
_one_at_a_time = threading.Lock()


class WholeFileStorage(FileSystemStorage, MediaStorage):
    def exists(self, name: str) -> bool:
        return is_whole(Path(self.path(name)))

    def describe(self, name: str) -> StoredFile:
        if not self.exists(name):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
        status = Path(self.path(name)).stat()
        modified = datetime.fromtimestamp(int(status.st_mtime), UTC)
        etag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
        return StoredFile(name, status.st_size, modified, etag, lambda *_: self.open(name))

    def names(self) -> Iterator[str]:
        """Ordered by folder and name."""
        root = self.path("")
        for folder, folders, names in os.walk(root):
            folders.sort()
            for name in sorted(names):
                if not name.startswith("."):
                    yield (Path(folder) / name).relative_to(root).as_posix()

    def note(self, name: str) -> None:
        _note_beside(Path(self.path(name))).touch()

    def remove_note(self, name: str) -> None:
        with suppress(OSError):
            _note_beside(Path(self.path(name))).unlink(missing_ok=True)

    def names_with_old_notes(self) -> Iterator[str]:
        root = Path(self.path(""))
        for note in root.rglob(f".*{_NOTE}"):
            with suppress(OSError):
                if note.stat().st_mtime < time.time() - LONGEST_TRANSACTION:
                    path = note.with_name(note.name[1:].removesuffix(_NOTE))
                    yield path.relative_to(root).as_posix()

    def _open(self, name: str, mode: str = "rb") -> File:
        if "r" in mode and not self.exists(name):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
        return super()._open(name, mode)  # type: ignore[misc] # not in the stubs

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        while True:
            try:
                with noted(self, name):
                    write_whole(
                        path, content.chunks(), mode=self.file_permissions_mode, replace=False
                    )
            except FileExistsError:  # somebody else's upload took the name this moment
                name = self.get_available_name(name)
                path = Path(self.path(name))
            else:
                return name


@contextmanager
def noted(storage: MediaStorage, name: str) -> Iterator[None]:
    """Inside no_orphans(): the storage has a note of the file until the transaction's end."""
    names = _saved.get()
    if names is not None:
        storage.note(name)
    try:
        yield
    except OSError:
        storage.remove_note(name)
        raise
    if names is not None:
        names.append(name)
        transaction.on_commit(partial(storage.remove_note, name), robust=True)


@contextmanager
def no_orphans() -> Iterator[None]:
    """Remove each file that was saved inside the block and that no row names at its end."""
    outer = _saved.get()
    names: list[str] = []
    token = _saved.set(names)
    try:
        yield
    finally:
        _saved.reset(token)
        if outer is not None:  # its transaction may still fail
            outer.extend(names)
        for name in names:
            # A failed transaction or a database that is away cannot tell; remove_orphans() looks
            # again.
            with suppress(DatabaseError):
                _remove_without_row(name)


def remove_orphans() -> None:
    """Remove files whose transaction failed or never ended."""
    with suppress(OSError):  # a storage that is away: the next look finds them
        for name in list(media_storage.names_with_old_notes()):
            _remove_without_row(name)
            media_storage.remove_note(name)


def media_place() -> str:
    """Where media are, in words for the operator."""
    if not settings.MEDIA_S3:
        return str(settings.MEDIA_ROOT)
    return f"s3://{settings.MEDIA_S3['bucket_name']}/{settings.MEDIA_S3['location']}"


def media_identity() -> str:
    """Which folder or bucket this is. Machines whose answers differ keep their media apart.

    "" where that cannot be known. For a folder it is a random text, which a file in it keeps.
    """
    if settings.MEDIA_S3:
        return media_place()
    path = Path(settings.MEDIA_ROOT) / ".identity"
    with suppress(OSError, UnicodeDecodeError):
        if not path.exists():
            with suppress(FileExistsError):  # another process was faster
                write_whole(path, [secrets.token_hex(16).encode()], replace=False)
        return path.read_text()
    return ""


def kept_or_made(name: str, make: Callable[[], bytes]) -> bytes:
    """The content of a file that `make` can make again, from the storage if it is there.

    A full disk is no error: the file is then made at each call. Raises what `make` raises.
    """
    content = _kept(name)
    if content is None:
        with _one_at_a_time:
            content = _kept(name)  # perhaps by the thread that held the lock
            if content is None:
                content = make()
                try:
                    given = media_storage.save(name, ContentFile(content))
                    if given != name:  # another process was faster
                        media_storage.delete(given)
                except OSError as error:
                    logger.warning("Cannot keep %s: %s", name, error)
    return content


def _kept(name: str) -> bytes | None:
    try:
        with media_storage.open(name) as file:
            return file.read()
    except OSError:
        return None


def _note_beside(path: Path) -> Path:
    return path.with_name(f".{path.name}{_NOTE}")


def _remove_without_row(name: str) -> None:
    """Remove the file and its note, unless a row of any model names the file."""
    has_row = any(
        model._base_manager.filter(**{field.attname: name}).exists()
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, FileField)
    )
    if not has_row:
        with suppress(OSError):
            media_storage.delete(name)
        media_storage.remove_note(name)
