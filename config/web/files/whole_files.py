"""Files that are whole or not there: a full disk, a killed process or a power cut leaves no half of one under its name."""

import errno
import os
import re
import secrets
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

# What a disk answers that is full, broken, or not ours to write on.
DISK_ERRORS = frozenset({
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM,
    errno.EMFILE, errno.ENFILE, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ESTALE,
})  # fmt: skip
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
# The second and third are those of earlier versions.
_DRAFT = re.compile(r"\.[0-9a-f]{16}\.part|\..+\.eml|\..+\.draft")
_DRAFTS_KEPT = 3600  # seconds: nobody writes on one file for so long


def write_whole(
    path: Path, pieces: Iterable[bytes], *, mode: int | None = None, replace: bool = True
) -> None:
    """Write aside in the same folder, look at what arrived on the disk, and only then give it its name.

    Raises OSError with nothing left behind, FileExistsError when a whole file has the name and `replace` is off.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.parent / f".{secrets.token_hex(8)}.part"
    try:
        size = _write(draft, pieces, mode)
        if draft.stat().st_size != size or not is_whole(draft):
            raise OSError(errno.EIO, "Not written whole", str(path))
        if replace:
            draft.replace(path)
        else:
            _take_name(draft, path)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    _sync_folder(path.parent)


def is_whole(path: Path) -> bool:
    """Whether there is a file that can be read, is not empty and, if it is a picture, has its end."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 12))
            tail = file.read()
    except (OSError, ValueError):  # ValueError: a name that holds a NUL
        return False
    return size > 0 and _has_its_end(head, tail, size)


def remove_drafts(folder: Path, *, below: bool = True) -> None:
    """Remove what killed processes left in a folder and those below it."""
    for path in folder.rglob(".*") if below else folder.glob(".*"):
        if _DRAFT.fullmatch(path.name):
            with suppress(OSError):
                if path.stat().st_mtime < time.time() - _DRAFTS_KEPT:
                    path.unlink()


def _write(draft: Path, pieces: Iterable[bytes], mode: int | None) -> int:
    """How many bytes the file must have."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    size = 0
    with os.fdopen(os.open(draft, flags, 0o666 if mode is None else mode), "wb") as file:
        if mode is not None:
            os.fchmod(file.fileno(), mode)  # whatever the umask
        for piece in pieces:
            size += file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return size


def _take_name(draft: Path, path: Path) -> None:
    """A link, unlike a renaming, never takes the name of another file."""
    try:
        os.link(draft, path)
    except FileExistsError:
        if is_whole(path):
            raise
        draft.replace(path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if is_whole(path):
            raise FileExistsError(errno.EEXIST, "Exists", str(path)) from error
        draft.replace(path)


def _sync_folder(folder: Path) -> None:
    """After a power cut the name is there, too. Some file systems cannot: then nothing is lost but this."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _has_its_end(head: bytes, tail: bytes, size: int) -> bool:
    """By the formats' own marks. Files that are no pictures have none."""
    if _begins(head, b"\x89PNG\r\n\x1a\n"):
        return tail.endswith(b"IEND\xaeB`\x82")
    if _begins(head, b"\xff\xd8\xff"):
        return tail.endswith(b"\xff\xd9")
    if head.startswith(b"RIFF") and (size < 12 or head.endswith(b"WEBP")):
        return int.from_bytes(head[4:8], "little") + 8 == size
    return any(head)  # NULs are what a power cut leaves of any file


def _begins(head: bytes, mark: bytes) -> bool:
    """Also a file that ends within the mark."""
    return head[: len(mark)] == mark[: len(head)]
