"""The words in a part of a .docx file, read apart from the program that converts it."""

from dataclasses import dataclass, field
from html import escape
from xml.parsers import expat

from .parsed import ImportProblem

_TEXTS = frozenset(["t", "delText"])  # of Word, and of formulas
_EDGES = frozenset(["br", "cr", "p", "tab", "tc"])
_DELETED = frozenset(["del", "moveFrom"])


@dataclass
class WordText:
    """`inserted` counts tracked insertions, `deleted` has the words of tracked deletions."""

    pieces: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    inserted: int = 0

    def words(self) -> str:
        return " ".join("".join(self.pieces).split())

    def html(self) -> str:
        return escape(self.words(), quote=False)


def read_part(content: bytes, into: WordText) -> None:
    """Add what stands in a part. Raises ImportProblem if it is no XML."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    open_names: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        open_names.append(local)
        into.inserted += local == "ins"
        if local in _EDGES:
            into.pieces.append(" ")

    def end(name: str) -> None:
        if open_names.pop() in _EDGES:
            into.pieces.append(" ")

    def text(data: str) -> None:
        # The second form of a drawing, for old programs, repeats its words.
        if not open_names or open_names[-1] not in _TEXTS or "Fallback" in open_names:
            return
        is_deleted = open_names[-1] == "delText" or not _DELETED.isdisjoint(open_names)
        (into.deleted if is_deleted else into.pieces).append(data)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ImportProblem(f"It is no document of Word: {error}.") from error
