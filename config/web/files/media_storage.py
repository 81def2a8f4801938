"""The media storage, for uploads and for files made of them. A broken file counts as missing.

An upload and its row are kept together or not at all. Until the row is committed, a note
(`.<name>.unsaved`) lies beside the file. It marks what a failed transaction or a killed process
left.
"""

import errno
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import DatabaseError, transaction
from django.db.models import FileField

from config.web.files.whole_files import is_whole, write_whole

logger = logging.getLogger("colophon.files")
_NOTE = ".unsaved"
_LONGEST_TRANSACTION = 3600  # seconds
_saved: ContextVar[list[str] | None] = ContextVar("saved", default=None)
# Making a picture takes a tenth of a second. One thread makes them, the others go on serving.
_one_at_a_time = threading.Lock()


class WholeFileStorage(FileSystemStorage):
    def exists(self, name: str) -> bool:
        return is_whole(Path(self.path(name)))

    def _open(self, name: str, mode: str = "rb") -> File:
        if "r" in mode and not self.exists(name):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
        return super()._open(name, mode)  # type: ignore[misc] # not in the stubs

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        while True:
            try:
                self._write(path, name, content)
            except FileExistsError:  # somebody else's upload took the name this moment
                name = self.get_available_name(name)
                path = Path(self.path(name))
            else:
                return name

    def _write(self, path: Path, name: str, content: Any) -> None:
        names, note = _saved.get(), _note_beside(path)
        if names is not None:
            note.touch()
        try:
            write_whole(path, content.chunks(), mode=self.file_permissions_mode, replace=False)
        except OSError:
            _remove(note)
            raise
        if names is not None:
            names.append(name)
            transaction.on_commit(partial(_remove, note), robust=True)


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
                _remove_without_row(Path(default_storage.path(name)), name)


def remove_orphans() -> None:
    """Remove files whose transaction failed or never ended."""
    root = Path(default_storage.path(""))
    for note in root.rglob(f".*{_NOTE}"):
        with suppress(OSError):
            if note.stat().st_mtime < time.time() - _LONGEST_TRANSACTION:
                path = note.with_name(note.name[1:].removesuffix(_NOTE))
                _remove_without_row(path, path.relative_to(root).as_posix())
                _remove(note)


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
                    given = default_storage.save(name, ContentFile(content))
                    if given != name:  # another process was faster
                        default_storage.delete(given)
                except OSError as error:
                    logger.warning("Cannot keep %s: %s", name, error)
    return content


def _kept(name: str) -> bytes | None:
    try:
        with default_storage.open(name) as file:
            return file.read()
    except OSError:
        return None


def _note_beside(path: Path) -> Path:
    return path.with_name(f".{path.name}{_NOTE}")


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _remove_without_row(path: Path, name: str) -> None:
    """Remove the file and its note, unless a row of any model names the file."""
    has_row = any(
        model._base_manager.filter(**{field.attname: name}).exists()
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, FileField)
    )
    if not has_row:
        _remove(path)
        _remove(_note_beside(path))
