"""SQL in migrations: functions and triggers stand in .sql files beside the migration that makes them."""

import re
from pathlib import Path

from django.db.migrations import RunSQL

_MADE = re.compile(r"^CREATE FUNCTION (\w+)", re.MULTILINE)


def run_sql_file(name: str, *, of: str) -> RunSQL:
    """Run `sql/<name>` from the folder of the migration whose `__file__` is given."""
    return run_sql((Path(of).parent / "sql" / name).read_text(encoding="utf-8"))


def run_sql(sql: str) -> RunSQL:
    """Run statements; undone by dropping the functions that they make, and with these their triggers."""
    made = reversed(_MADE.findall(sql))
    return RunSQL(sql, [f"DROP FUNCTION {function} CASCADE" for function in made])
