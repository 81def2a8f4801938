"""Rows of a table as lines of JSON, read and written by PostgreSQL itself.

No model, form or signal takes part, so an import stores the bytes that the export read. Triggers
run: they make counts and search entries again.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.color import no_style
from django.db import DatabaseError, connection

from config.moving.archive.tables import TABLES, Table
from config.moving.records import BadSource

ROLES = "tables/auth.Group.jsonl"  # {"name": "Editor", "permissions": ["articles.add_article"]}
_READ_ROLES = """
    SELECT row_to_json(line)::text FROM (
        SELECT role.name, ARRAY(
            SELECT (kind.app_label || '.' || permission.codename) COLLATE "C"
            FROM auth_group_permissions given
            JOIN auth_permission permission ON permission.id = given.permission_id
            JOIN django_content_type kind ON kind.id = permission.content_type_id
            WHERE given.group_id = role.id ORDER BY 1
        ) AS permissions
        FROM auth_group role ORDER BY role.name COLLATE "C"
    ) line
"""
_WRITE_ROLES = """
    WITH line AS (
        SELECT name, permissions FROM json_to_recordset(%s) AS line (name text, permissions text[])
    ), role AS (
        INSERT INTO auth_group (name) SELECT name FROM line RETURNING id, name
    )
    INSERT INTO auth_group_permissions (group_id, permission_id) SELECT role.id, permission.id
    FROM role JOIN line USING (name)
    JOIN auth_permission permission ON true
    JOIN django_content_type kind ON kind.id = permission.content_type_id
        AND kind.app_label || '.' || permission.codename = ANY (line.permissions)
"""
HOLDERS = "tables/auth.User.roles.jsonl"  # {"user_id": …, "role": "Editor"}
_READ_HOLDERS = """
    SELECT row_to_json(line)::text FROM (
        SELECT given.user_id, role.name AS role
        FROM auth_user_groups given JOIN auth_group role ON role.id = given.group_id
        ORDER BY given.user_id, role.name COLLATE "C"
    ) line
"""
_WRITE_HOLDERS = """
    INSERT INTO auth_user_groups (user_id, group_id) SELECT line.user_id, role.id
    FROM json_to_recordset(%s) AS line (user_id integer, role text)
    JOIN auth_group role ON role.name = line.role
"""
_AT_ONCE = 500  # rows read, and at most written, by one statement
_BYTES_AT_ONCE = 1_000_000


def count(table: Table) -> int:
    return table.model._base_manager.count()


def read_rows(table: Table) -> Iterator[bytes]:
    """A line for each row, by the order of the keys. Call it in a transaction."""
    columns = ", ".join(_quoted(field.column) for field in table.fields)
    keys = ", ".join(_quoted(field.column) for field in table.model._meta.pk_fields)
    return _lines(
        f"SELECT row_to_json(line)::text FROM"
        f" (SELECT {columns} FROM {_quoted(table.model._meta.db_table)} ORDER BY {keys}) line"
    )


def read_roles() -> Iterator[bytes]:
    return _lines(_READ_ROLES)


def read_holders() -> Iterator[bytes]:
    return _lines(_READ_HOLDERS)


def _lines(statement: str) -> Iterator[bytes]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(_AT_ONCE):
            for (line,) in rows:
                yield f"{line}\n".encode()


def write_rows(table: Table, lines: Iterable[bytes]) -> int:
    """Insert the rows. Returns how many there were. Raises BadSource."""
    name = _quoted(table.model._meta.db_table)
    columns = [_quoted(field.column) for field in table.fields]
    given = [_quoted(column) for column in table.without]
    statement = (
        f"INSERT INTO {name} ({', '.join(columns + given)})"
        f" SELECT {', '.join([*columns, *table.without.values()])}"
        f" FROM json_populate_recordset(NULL::{name}, %s)"
    )
    return _write(table.file, statement, lines)


def write_roles(lines: Iterable[bytes]) -> int:
    """Put the exported roles in the place of those that the migrations wrote. Nobody has one."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM auth_group_permissions")
        cursor.execute("DELETE FROM auth_group")
    return _write(ROLES, _WRITE_ROLES, lines)


def write_holders(lines: Iterable[bytes]) -> int:
    return _write(HOLDERS, _WRITE_HOLDERS, lines)


def _write(file: str, statement: str, lines: Iterable[bytes]) -> int:
    written = 0
    try:
        with connection.cursor() as cursor:
            for batch in _batches(lines):
                cursor.execute(statement, [f"[{b','.join(batch).decode()}]"])
                written += len(batch)
    except (DatabaseError, UnicodeDecodeError) as error:
        words = str(error).strip().splitlines()[0]
        raise BadSource(f"{file}, after line {written}: {words}.") from error
    return written


def _batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += len(line)
        if len(batch) == _AT_ONCE or size > _BYTES_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def draw_later_keys() -> None:
    """Let new rows of each table get keys above the highest that it has now."""
    found: list[Any] = [table.model for table in TABLES]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), found):
            cursor.execute(statement)


def _quoted(name: Any) -> str:
    return str(connection.ops.quote_name(name))
