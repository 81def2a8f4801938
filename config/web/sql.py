"""SQL in migrations. Functions and triggers stand in .sql files beside their migration."""

import re
from pathlib import Path

from django.db.migrations import RunSQL

_MADE = re.compile(r"^CREATE FUNCTION (\w+)", re.MULTILINE)


def run_sql_file(name: str, *, of: str) -> RunSQL:
    """Run `sql/<name>` from the folder of the migration whose `__file__` is given."""
    return run_sql((Path(of).parent / "sql" / name).read_text(encoding="utf-8"))


def run_sql(sql: str) -> RunSQL:
    """Run statements. Undoing them drops the functions that they make, with their triggers."""
    made = reversed(_MADE.findall(sql))
    return RunSQL(sql, [f"DROP FUNCTION {function} CASCADE" for function in made])
