"""Several statements in one round trip.

To send a statement and to wait for its answer costs a web process more than most statements cost
PostgreSQL. They run one after the other, and each sees what was committed before it began, as if
they were sent alone. Outside of a transaction they are one: if one fails, none has happened.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.expressions import DatabaseDefault

from config.web.database.compiled import Written, write


class Statement(NamedTuple):
    """SQL with a %s for each value.

    `read` makes what is wanted of the rows that it gives; without it none are fetched.
    """

    sql: str
    values: Sequence[Any]
    read: Callable[[list[Any]], Any] | None = None


class Question[Row]:
    """A queryset with places for values, written once, to be asked together with others.

    It is made as that of a Compiled. `around` is SQL that takes the queryset's in place of {asked},
    and gives rows of its own.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, Row]], around: str = "") -> None:
        self._make = make
        self._around = around
        self._written: Written[Row] | None = None  # set as one, because threads share it

    def asked(
        self, *more: Any, read: Callable[[list[Any]], Any] = list, **values: Any
    ) -> Statement:
        """The statement with these values. `read` gets the list of rows.

        `more` are values of the SQL around, which stand after those of the queryset.
        """
        written = self._written
        if written is None:
            written = self._written = write(self._make())
        filled = [*written.filled(values), *more]
        if self._around:
            return Statement(self._around.replace("{asked}", written.sql), filled, read)
        return Statement(written.sql, filled, lambda rows: read(list(map(written.read, rows))))


def run_at_once(*statements: Statement, commit: bool = False) -> list[Any]:
    """Run the statements in their order. Returns what each `read` made, else None.

    With `commit` they are the last ones of a transaction.atomic(), which ends in the same round
    trip: rows that others wait for are not locked until this process has its turn again. Within
    another transaction that one goes on.
    """
    if not statements:
        return []
    if commit and not connections[DEFAULT_DB_ALIAS].savepoint_ids:
        statements = (*statements, Statement("COMMIT", ()))  # then Django has nothing to commit
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        sql = ";".join([statement.sql for statement in statements])
        cursor.execute(sql, [value for statement in statements for value in statement.values])
        answers = []
        for statement in statements:
            answers.append(statement.read(cursor.fetchall()) if statement.read else None)
            cursor.nextset()
        return answers


def insertion(row: Model) -> Statement:
    """What inserts a row that has its key, as `save(force_insert=True)`, but without signals.

    The SQL is written once for each model. Default values of the database must be literals.
    """
    names = _names(type(row))
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return Statement(_insertion(type(row), names), _values(row, names, add=True))


def insertion_if_new(row: Model) -> Statement:
    """What inserts a row and leaves its key to the database, unless there is one like it."""
    names = _names(type(row), without_key=True)
    sql = f"{_insertion(type(row), names)} ON CONFLICT DO NOTHING"
    return Statement(sql, _values(row, names, add=True))


def change(row: Model, names: tuple[str, ...]) -> Statement:
    """What saves these fields of a row, as `save(update_fields=names)`, but without signals."""
    return Statement(_change(type(row), names), [*_values(row, names, add=False), row.pk])


def _values(row: Model, names: tuple[str, ...], *, add: bool) -> list[Any]:
    connection, values = connections[DEFAULT_DB_ALIAS], []
    for name in names:
        field: Any = row._meta.get_field(name)
        value = field.pre_save(row, add)
        if isinstance(value, DatabaseDefault):
            value = field.db_default
        values.append(field.get_db_prep_save(value, connection))
    return values


@cache
def _names(model: type[Model], *, without_key: bool = False) -> tuple[str, ...]:
    fields = model._meta.local_concrete_fields
    return tuple(field.name for field in fields if not (without_key and field.primary_key))


@cache
def _insertion(model: type[Model], names: tuple[str, ...]) -> str:
    places = ", ".join(["%s"] * len(names))
    table, columns = _quoted(model, names)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"


@cache
def _change(model: type[Model], names: tuple[str, ...]) -> str:
    table, columns = _quoted(model, (*names, model._meta.pk.name))
    changes = ", ".join(f"{column} = %s" for column in columns[:-1])
    return f"UPDATE {table} SET {changes} WHERE {columns[-1]} = %s"


def _quoted(model: type[Model], names: tuple[str, ...]) -> tuple[str, list[str]]:
    quote: Callable[[str], str] = connections[DEFAULT_DB_ALIAS].ops.quote_name
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    return quote(model._meta.db_table), [quote(field.column) for field in fields]
