"""Read a file of text. An ImportProblem says in one line why a file cannot be read."""

import codecs
from pathlib import Path

from .parsed import ImportProblem

MAX_BYTES = 5_000_000
_SIGNATURES = {
    b"%PDF": "a PDF file; save its text as a .txt file",
    b"PK\x03\x04": "an archive or an office document; save its text as .txt or .html",
    b"\xd0\xcf\x11\xe0": "an old office document; save its text as .txt or .html",
    b"{\\rtf": "an RTF file; save its text as .txt or .html",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"\x1f\x8b": "a compressed file; unpack it first",
}
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_file(path: str | Path) -> str:
    """The text of a file in UTF-8, or in UTF-16 with a byte order mark. Lines end in \\n.

    Raises ImportProblem. A file over MAX_BYTES is refused unread.
    """
    content = _content(Path(path))
    if not content.strip():
        raise ImportProblem("It is empty.")
    for signature, kind in _SIGNATURES.items():
        if content.startswith(signature):
            raise ImportProblem(f"It is {kind}.")
    text = _decoded(content)
    controls = sum(map(text.count, map(chr, [*range(9), 11, *range(14, 32), 127])))
    if "\0" in text or controls * 100 > len(text):
        raise ImportProblem("It is not text but binary data.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ImportProblem("It is a folder; name the files in it.")
        if path.exists() and not path.is_file():
            raise ImportProblem("It is not an ordinary file.")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ImportProblem(
                f"It has {size / 1e6:.0f} MB; {MAX_BYTES / 1e6:.0f} MB is the most."
            )
        with path.open("rb") as file:
            return file.read(MAX_BYTES)
    except FileNotFoundError:
        raise ImportProblem("There is no such file.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not valid"
        raise ImportProblem(f"It cannot be read: {reason}.") from None


def _decoded(content: bytes) -> str:
    try:
        if content.startswith(_UTF16_MARKS):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\0" in content[:4096]:
            raise ImportProblem("It is not text but binary data.") from None
        line = content.count(b"\n", 0, error.start) + 1
        raise ImportProblem(
            f"It is not UTF-8: byte {error.start + 1} (0x{content[error.start]:02x}, line {line}). "
            "Save it as UTF-8 and try again."
        ) from None
