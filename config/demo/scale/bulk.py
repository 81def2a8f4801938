"""Filling tables with many rows at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

STEP = 20_000  # rows between two words of progress

_INDEXES = """
    SELECT pg_get_indexdef(indexrelid), indexrelid::regclass::text FROM pg_index
    WHERE indrelid = ANY (%s::regclass[]) AND NOT EXISTS (
        SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid
    )
    ORDER BY indexrelid
"""
# Checked for all rows in one join at the end, instead of by a trigger for each row.
_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE conrelid = ANY (%s::regclass[]) AND contype = 'f' ORDER BY oid
"""


def with_progress[Row](
    rows: Iterable[Row], say: Callable[[str], object], *, of: str, every: int = STEP
) -> Iterator[Row]:
    """The same rows, with a word of progress at every so many; `of` is "1,000 articles"."""
    for done, row in enumerate(rows, 1):
        yield row
        if done % every == 0:
            say(f"  {done:,} of {of}")


@contextmanager
def bulk_load(*tables: str) -> Iterator[None]:
    """Turn triggers and foreign keys off inside the block, and make indexes at its end.

    Call it within a transaction, which holds the tables until it ends.
    """
    with connection.cursor() as cursor:
        # A table with foreign keys that are still to be checked cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        # Else an index is made by one process where most of a row lies outside its table.
        cursor.execute("SET LOCAL min_parallel_table_scan_size = 0")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(_FOREIGN_KEYS, [list(tables)])
        foreign_keys = cursor.fetchall()
        for table, name, _definition in foreign_keys:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        cursor.execute(_INDEXES, [list(tables)])
        indexes = cursor.fetchall()
        for _definition, name in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for definition, _name in indexes:
            cursor.execute(definition)
        for table, name, definition in foreign_keys:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows into a table. They hold their own primary keys, and the sequence follows them."""
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        if "id" in columns:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
                " HAVING max(id) IS NOT NULL"
            )
