"""Files that are whole or missing after a full disk, a killed process or a power cut."""

import errno
import os
import re
import secrets
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

# Errors of a disk that is full, broken or not writable.
_DISK = "ENOSPC EDQUOT EFBIG EIO EROFS EACCES EPERM EMFILE ENFILE ENOTDIR ENAMETOOLONG ESTALE"
DISK_ERRORS = frozenset(getattr(errno, name) for name in _DISK.split())
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
# The second and third pattern are those of earlier versions.
_DRAFT = re.compile(r"\.[0-9a-f]{16}\.part|\..+\.eml|\..+\.draft")
_DRAFTS_KEPT = 3600  # seconds, longer than any process writes on one file


def write_whole(
    path: Path, pieces: Iterable[bytes], *, mode: int | None = None, replace: bool = True
) -> None:
    """Write a draft in the same folder, check what is on the disk, then give it the name.

    Raises OSError, and leaves nothing behind, when the file cannot be written. Raises
    FileExistsError when a whole file has the name and `replace` is False.
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
    # So that the name is there after a power cut. Some file systems cannot do it.
    with suppress(OSError):
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def is_whole(path: Path) -> bool:
    """Whether the file can be read and is not empty. A picture must have its end, too."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 12))
            tail = file.read()
    except (OSError, ValueError):  # ValueError: a name that holds a NUL
        return False
    if not head:
        return False
    # By the marks of picture formats.
    if _begins(head, b"\x89PNG\r\n\x1a\n"):
        return tail.endswith(b"IEND\xaeB`\x82")
    if _begins(head, b"\xff\xd8\xff"):
        return tail.endswith(b"\xff\xd9")
    if head.startswith(b"RIFF") and (size < 12 or head.endswith(b"WEBP")):
        return int.from_bytes(head[4:8], "little") + 8 == size
    return any(head)  # a power cut leaves NULs


def remove_drafts(folder: Path, *, below: bool = True) -> None:
    """Remove old drafts, which killed processes leave, from a folder and the folders in it."""
    for path in folder.rglob(".*") if below else folder.glob(".*"):
        if _DRAFT.fullmatch(path.name):
            with suppress(OSError):
                if path.stat().st_mtime < time.time() - _DRAFTS_KEPT:
                    path.unlink()


def _write(draft: Path, pieces: Iterable[bytes], mode: int | None) -> int:
    """Write the draft to the disk. Returns the number of bytes."""
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
    """Give the draft its name by a link. Unlike a renaming, it never replaces a file."""
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


def _begins(head: bytes, mark: bytes) -> bool:
    """Whether the file begins with the mark, or is cut off within it."""
    return head[: len(mark)] == mark[: len(head)]
