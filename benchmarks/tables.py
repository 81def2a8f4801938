"""Tables for people: printed, and kept in docs/performance.md between marks."""

from collections.abc import Sequence
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Markdown; all columns but the first are numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def keep(name: str, text: str) -> None:
    """Put the text in the place of the last one of this name."""
    begin, end = f"<!-- {name}: measured -->", f"<!-- {name}: end -->"
    page = PAGE.read_text()
    before, _begin, rest = page.partition(begin)
    _former, _end, after = rest.partition(end)
    if not _end:
        raise SystemExit(f"{PAGE} has no place for {name}")
    PAGE.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}")
