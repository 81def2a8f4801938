"""Encrypted backups, in the age format (age-encryption.org), which other programs read, too.

age encrypts a whole text by a passphrase, and a stream only to a key. So each file has a key of its
own, encrypted by the passphrase: it is a tar of `key.age` and of `backup.tar.age/000001` and so on.
"""

import io
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from config.backups import BackupError
from config.backups.archive import (
    READ,
    PiecesReader,
    Writing,
    pieces_of,
    piped,
    read_members,
)
from config.backups.places import Place

KEY = "key.age"
CONTENT = "backup.tar.age"
TRIES = 30
PAUSE = 1.0  # seconds between them


def age() -> Any:
    """The library. Raises BackupError where it is not installed."""
    try:
        import pyrage
    except ModuleNotFoundError as error:
        raise BackupError("For encrypted backups, install pyrage (pip install pyrage).") from error
    return pyrage


def encrypted(pieces: Iterable[bytes], passphrase: str) -> Iterator[bytes]:
    """The pieces of a tar, encrypted. Raises what making the pieces raises."""
    pyrage = age()
    identity = pyrage.x25519.Identity.generate()
    key = pyrage.passphrase.encrypt(str(identity).encode(), passphrase)
    problems: list[BaseException] = []

    def write(sink: BinaryIO) -> None:
        source = io.BufferedReader(PiecesReader(_noting(pieces, problems)), READ)
        try:
            pyrage.encrypt_io(source, sink, [identity.to_public()])
        except BaseException as error:  # age puts its own in place of those of what it reads
            raise (problems or [error])[0] from None

    tar = Writing()
    yield from tar.member(KEY, [key], len(key))
    with piped(write) as stream:
        yield from tar.in_pieces(CONTENT, stream)
    yield bytes(1024)


def _noting(pieces: Iterable[bytes], problems: list[BaseException]) -> Iterator[bytes]:
    try:
        yield from pieces
    except Exception as error:
        problems.append(error)
        raise


@contextmanager
def opened(path: Place, passphrase: str) -> Iterator[BinaryIO]:
    """The tar of a backup, decrypted if it is encrypted. Raises BackupError."""
    with _open(path) as file:
        name, _size, content = next(read_members(file), ("", 0, io.BytesIO()))
        key = content.read() if name == KEY else b""
    with _open(path) as file:
        if not key:
            yield file
            return
        if not passphrase:
            raise BackupError("The backup is encrypted: set BACKUP_PASSPHRASE.")
        with piped(lambda sink: _decrypt(file, key, passphrase, sink)) as stream:
            yield stream


def _open(path: Place) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from error


def _decrypt(file: BinaryIO, key: bytes, passphrase: str, sink: BinaryIO) -> None:
    pyrage = age()
    try:
        written = _unlocked(pyrage, key, passphrase)
        identity = pyrage.x25519.Identity.from_str(written)
        members = read_members(file)
        pieces = (piece for name, _, part in members if name != KEY for piece in pieces_of(part))
        source = io.BufferedReader(PiecesReader(pieces), READ)
        pyrage.decrypt_io(source, sink, [identity])
    except (pyrage.DecryptError, OSError) as error:
        raise BackupError(f"Wrong BACKUP_PASSPHRASE, or a damaged file: {error}.") from error


def _unlocked(pyrage: Any, key: bytes, passphrase: str) -> str:
    """What the passphrase encrypted. Raises BackupError (too slow here) or pyrage.DecryptError.

    The library times this computer for a moment first, and refuses what would take it longer than
    16 seconds. On a busy one that moment may be a bad one, so it is asked again.
    """
    for _try in range(TRIES):
        try:
            return str(pyrage.passphrase.decrypt(key, passphrase).decode())
        except pyrage.DecryptError as error:
            if "Excessive work" not in str(error):
                raise
        time.sleep(PAUSE)
    raise BackupError(
        "This computer is too slow or too busy to check BACKUP_PASSPHRASE: try again when it is"
        " less busy, or on a faster one."
    )
