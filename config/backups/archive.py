"""The file of a backup: a tar that is written and read in pieces, in little memory.

Its members are `database/000001` and so on (pieces of what pg_dump wrote), `media/…`, perhaps
`secret-key`, then `manifest.json`, and last `sha256` over all members before it. The tools at hand
read it, too: `tar -xOf FILE --wildcards 'database/*' | pg_restore …`.
"""

import hashlib
import io
import json
import os
import tarfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from config.backups import BackupError

PIECE = 16 * 1024 * 1024
READ = 1024 * 1024
MANIFEST, CHECKSUM = "manifest.json", "sha256"


class Writing:
    """Yields the bytes of the tar, and sums them up."""

    def __init__(self) -> None:
        self._sum = hashlib.sha256()

    def member(self, name: str, pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
        """One file. Raises BackupError when the pieces are not of that size together."""
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, int(time.time())
        yield info.tobuf(tarfile.PAX_FORMAT)
        self._sum.update(_head(name, size))
        written = 0
        for piece in pieces:
            self._sum.update(piece)
            written += len(piece)
            yield piece
        if written != size:
            raise BackupError(f"{name} changed while it was read. Start the backup again.")
        yield bytes(-size % tarfile.BLOCKSIZE)

    def in_pieces(self, name: str, stream: BinaryIO) -> Iterator[bytes]:
        """A stream whose size is not known, as members `name/000001` and so on."""
        number = 0
        while piece := stream.read(PIECE):
            number += 1
            yield from self.member(f"{name}/{number:06}", [piece], len(piece))

    def end(self, manifest: dict[str, Any]) -> Iterator[bytes]:
        """The manifest, the checksum, and the end of the tar."""
        written = json.dumps(manifest, indent=1).encode()
        yield from self.member(MANIFEST, [written], len(written))
        checksum = self._sum.hexdigest().encode()
        yield from self.member(CHECKSUM, [checksum], len(checksum))
        yield bytes(2 * tarfile.BLOCKSIZE)


def read_members(stream: BinaryIO) -> Iterator[tuple[str, int, BinaryIO]]:
    """Name, size and content of each file. Raises BackupError for what is no whole tar."""
    try:
        with tarfile.open(fileobj=stream, mode="r|", bufsize=READ) as tar:
            for info in tar:
                content = tar.extractfile(info)
                if content is None:
                    raise BackupError(f"{info.name} is no file: Colophon did not write this.")
                yield info.name, info.size, content  # type: ignore[misc] # a reader of bytes
                tar.members = []  # type: ignore[attr-defined] # or they are kept for ever
    except (tarfile.TarError, EOFError) as error:
        raise BackupError(f"The file is damaged, or no backup: {error}.") from error


def read_manifest(stream: BinaryIO) -> dict[str, Any]:
    """Read a whole backup and check it. Raises BackupError when a byte of it is another one."""
    total = hashlib.sha256()
    manifest = b""
    for name, size, content in read_members(stream):
        if name == CHECKSUM:
            if b"".join(pieces_of(content)) != total.hexdigest().encode():
                raise BackupError("The file is damaged: its checksum is another one.")
            read: dict[str, Any] = json.loads(manifest)
            return read
        total.update(_head(name, size))
        if name == MANIFEST:
            manifest = b"".join(pieces_of(content))
        for piece in [manifest] if name == MANIFEST else pieces_of(content):
            total.update(piece)
    raise BackupError("The file is damaged: its end is missing.")


def pieces_of(content: BinaryIO) -> Iterator[bytes]:
    """Raises BackupError when the end is missing."""
    try:
        while piece := content.read(READ):
            yield piece
    except (tarfile.TarError, EOFError) as error:
        raise BackupError(f"The file is damaged: {error}.") from error


def _head(name: str, size: int) -> bytes:
    return f"{name}\0{size}\0".encode(errors="surrogateescape")


class PiecesReader(io.RawIOBase):
    """A stream over pieces of bytes. `io.BufferedReader(PiecesReader(pieces))` reads any size."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


@contextmanager
def piped(write: Callable[[BinaryIO], None]) -> Iterator[BinaryIO]:
    """A stream of what `write` writes, in a thread of its own.

    An error of `write` ends the stream, and is raised at the end of the block unless the block has
    read enough before.
    """
    reading, writing = os.pipe()
    problems: list[BaseException] = []

    def run() -> None:
        try:
            with os.fdopen(writing, "wb", buffering=READ) as sink:
                write(sink)
        except BaseException as error:
            problems.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    stream = os.fdopen(reading, "rb", buffering=READ)
    try:
        yield stream
    finally:
        has_ended = not stream.read(1)
        stream.close()
        thread.join()
        if problems and has_ended:
            raise problems[0]
