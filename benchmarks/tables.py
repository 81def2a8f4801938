"""Tables for people: printed, and kept in a page of docs/ between marks."""

from collections.abc import Sequence
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Markdown; all columns but the first are numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def keep(name: str, text: str, *, page: str = "performance.md") -> None:
    """Put the text in the place of the last one of this name."""
    path = DOCS / page
    begin, end = f"<!-- {name}: measured -->", f"<!-- {name}: end -->"
    before, _begin, rest = path.read_text().partition(begin)
    _former, _end, after = rest.partition(end)
    if not _end:
        raise SystemExit(f"{path} has no place for {name}")
    path.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}")
