"""Tables in docs/ that tests count anew. `COUNTED=write` writes what was counted in place of comparing it."""

import os
from pathlib import Path

BEGIN, END = "<!-- clicks: counted -->", "<!-- clicks: end -->"


def compare_or_write(guide: Path, head: list[str], lines: list[str]) -> None:
    counted = "\n".join([*head, *lines])
    before, _begin, rest = guide.read_text(encoding="utf-8").partition(BEGIN)
    written, _end, after = rest.partition(END)
    if os.environ.get("COUNTED") == "write":
        guide.write_text(f"{before}{BEGIN}\n\n{counted}\n\n{END}{after}", encoding="utf-8")
    else:
        assert written.strip() == counted
