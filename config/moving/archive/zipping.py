"""A zip that is made in pieces: equal content makes equal bytes, and nothing waits in memory."""

from collections.abc import Iterable, Iterator
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold, for all entries
_UNIX = 3


class _Gathered:
    """A file for ZipFile to write to. It keeps what was written until `take` is called."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes, /) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Do nothing: every byte can be taken at once."""

    def close(self) -> None:
        """Do nothing: what was written can still be taken."""

    def take(self) -> list[bytes]:
        taken, self._parts = self._parts, []
        return taken


class Zipping:
    """Yields the bytes of a zip, entry by entry. Only the table of contents stays in memory."""

    def __init__(self) -> None:
        self._gathered = _Gathered()
        self._zip = ZipFile(self._gathered, "w")

    def entry(self, name: str, pieces: Iterable[bytes], *, packed: bool = True) -> Iterator[bytes]:
        """One file. `packed` is false for content that is compressed already, such as a picture."""
        info = ZipInfo(name, _TIME)
        info.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
        info.create_system, info.external_attr = _UNIX, 0o644 << 16
        with self._zip.open(info, "w", force_zip64=True) as entry:
            for piece in pieces:
                entry.write(piece)
                yield from self._gathered.take()
        yield from self._gathered.take()

    def end(self) -> Iterator[bytes]:
        """The table of contents."""
        self._zip.close()
        yield from self._gathered.take()
