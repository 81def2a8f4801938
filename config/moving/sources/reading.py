"""Read an export in XML element by element, however large it is.

No part of the file stays in memory. Names are told apart without their namespace, because that
carries the version of an export of WordPress (WXR).
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from config.moving.records import BadSource
from config.moving.sources.mending import mended

_CHUNK = 256 * 1024
_DEEPEST = 50  # an export nests five elements
_DECLARED = re.compile(rb"""<\?xml[^>]*\bencoding=["']([\w.:-]+)["']""")
_ENCODINGS = {"utf-8", "us-ascii", "iso-8859-1", "windows-1252"}


@dataclass(slots=True)
class Element:
    name: str  # without the namespace, but "excerpt" for excerpt:encoded
    attributes: dict[str, str]
    line: int
    parts: list[str] = field(default_factory=list)
    children: list["Element"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.parts)

    def all(self, name: str) -> Iterator["Element"]:
        return (child for child in self.children if child.name == name)

    def get(self, name: str) -> str:
        """The text of the first child of this name, without space around it; "" without one."""
        return next((child.text.strip() for child in self.all(name)), "")


def read(
    path: Path,
    *,
    inside: tuple[str, ...] = ("rss", "channel"),
    repair: bool = False,
    mendings: Counter[str] | None = None,
) -> Iterator[Element]:
    """What stands in these elements, the outermost first. Raises BadSource with line and column.

    With `repair` faults of known kinds are mended, and counted in `mendings`.
    """
    builder = _Builder(path.name, inside)
    chunks = _decoded(path, repair=repair)
    if repair:
        chunks = mended(chunks, mendings if mendings is not None else Counter())
    try:
        for chunk in chunks:
            builder.parser.Parse(chunk, False)
            yield from builder.take()
        builder.parser.Parse("", True)
    except expat.ExpatError as error:
        what = expat.errors.messages[error.code]
        hint = "" if repair else " The option --repair mends faults of known kinds."
        raise BadSource(
            f"{path.name}, line {error.lineno}, column {error.offset + 1}: {what}.{hint}"
        ) from error
    yield from builder.take()


def _decoded(path: Path, *, repair: bool) -> Iterator[str]:
    line = 1
    try:
        with path.open("rb") as file:
            head = file.read(200)
            file.seek(0)
            errors = "replace" if repair else "strict"
            decoder = codecs.getincrementaldecoder(_encoding_of(head))(errors)
            while chunk := file.read(_CHUNK):
                yield decoder.decode(chunk)
                line += chunk.count(b"\n")
            yield decoder.decode(b"", True)
    except UnicodeDecodeError as error:
        line += bytes(error.object).count(b"\n", 0, error.start)
        raise BadSource(f"{path.name}, line {line}: it is not {error.encoding}.") from error
    except OSError as error:
        raise BadSource(f"{path.name} cannot be read: {error.strerror}.") from error


def _encoding_of(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = _DECLARED.search(head)
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    return "utf-8-sig" if name == "utf-8" or name not in _ENCODINGS else name


class _Builder:
    """Builds the elements that are read. Refuses what no export has and an attack would."""

    def __init__(self, source: str, inside: tuple[str, ...]) -> None:
        self.source, self.inside = source, inside
        self.open: list[Element] = []
        self.ready: list[Element] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        # Entities, internal and external, are declared there and nowhere else.
        self.parser.StartDoctypeDeclHandler = self.refuse_doctype

    def take(self) -> list[Element]:
        ready, self.ready = self.ready, []
        return ready

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if local == "encoded" and "/excerpt" in namespace:
            local = "excerpt"
        named = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        element = Element(local, named, self.parser.CurrentLineNumber)
        depth = len(self.open)
        if depth < len(self.inside) and local != self.inside[depth]:
            raise BadSource(
                f"{self.source} is no such export: it has <{local}> for <{self.inside[depth]}>."
            )
        if len(self.open) >= _DEEPEST:
            raise self.refusal("elements are nested too deeply")
        if depth > len(self.inside):
            self.open[-1].children.append(element)
        self.open.append(element)

    def text(self, text: str) -> None:
        if len(self.open) > len(self.inside):
            self.open[-1].parts.append(text)

    def end(self, name: str) -> None:
        element = self.open.pop()
        if len(self.open) == len(self.inside):
            self.ready.append(element)

    def refuse_doctype(self, *declared: object) -> None:
        raise self.refusal("a document type with entities is no part of an export")

    def refusal(self, why: str) -> BadSource:
        return BadSource(f"{self.source}, line {self.parser.CurrentLineNumber}: {why}.")
