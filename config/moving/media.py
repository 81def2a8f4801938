"""The copy of a former site's pictures: a folder, or a zip of one."""

import zlib
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

# Of WordPress and Ghost; sites made from files have the last two.
_FOLDERS = ("uploads/", "content/images/", "images/", "static/")
_UNREADABLE = (BadZipFile, OSError, zlib.error, EOFError, NotImplementedError, RuntimeError)


class NoPicture(Exception):
    """Why a picture cannot be had."""


class Folder:
    def __init__(self, path: Path) -> None:
        self._folder = path.resolve()

    def has(self, path: str) -> bool:
        return self._file(path) is not None

    def read(self, path: str, most: int) -> bytes | None:
        """The file of this path, or None. One of more than `most` bytes is cut after one more.

        Raises NoPicture.
        """
        file = self._file(path)
        if file is None:
            return None
        try:
            with file.open("rb") as content:
                return content.read(most + 1)
        except OSError as error:
            raise NoPicture(f"it cannot be read: {error.strerror}") from error

    def _file(self, path: str) -> Path | None:
        """A file inside of the folder, wherever links and dots of the path lead."""
        for name in _names_of(path):
            try:
                file = (self._folder / name.lstrip("/")).resolve()
                if file.is_relative_to(self._folder) and file.is_file():
                    return file
            except (OSError, ValueError):  # a name too long, a NUL
                continue
        return None


class Zipped:
    """Nothing is unpacked: a picture is read when an article asks for it. Raises BadZipFile."""

    def __init__(self, path: Path) -> None:
        self._zip = ZipFile(path)
        self._files: dict[str, ZipInfo] = {}
        for info in self._zip.infolist():
            self._files.setdefault(info.filename, info)
            for known in _FOLDERS:
                _before, found, below = info.filename.rpartition(known)
                if found:
                    self._files.setdefault(below, info)

    def has(self, path: str) -> bool:
        return any(name in self._files for name in _names_of(path))

    def read(self, path: str, most: int) -> bytes | None:
        """As that of Folder. A file that unpacks to more than it says is cut, too."""
        info = next((self._files[name] for name in _names_of(path) if name in self._files), None)
        if info is None:
            return None
        try:
            with self._zip.open(info) as content:
                return content.read(most + 1)
        except _UNREADABLE as error:
            raise NoPicture(f"it cannot be unpacked: {error}") from error


def media_at(path: Path) -> Folder | Zipped:
    """Raises OSError and BadZipFile."""
    return Folder(path) if path.is_dir() else Zipped(path)


def _names_of(path: str) -> list[str]:
    """Where the file may be: at the whole path, or at what follows a known folder."""
    names = [path]
    for known in _FOLDERS:
        below = path.rpartition(known)[2]
        names += [below, f"{known}{below}"]
    return names
