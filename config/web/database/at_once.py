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

    It is made as that of a Compiled. `around` is SQL that takes the queryset's in place of {asked}.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, Row]], around: str = "{asked}") -> None:
        self._make = make
        self._around = around
        self._written: Written[Row] | None = None  # set as one, because threads share it

    def asked(
        self, *more: Any, read: Callable[[list[Any]], Any] = list, **values: Any
    ) -> Statement:
        """The statement with these values. `read` gets rows as PostgreSQL sends them.

        `more` are values of the SQL around, which stand after those of the queryset.
        """
        written = self._written
        if written is None:
            plain = write(self._make())
            sql = self._around.replace("{asked}", plain.sql)
            written = self._written = Written(sql, plain.parameters, plain.read)
        return Statement(written.sql, [*written.filled(values), *more], read)


def run_at_once(*statements: Statement) -> list[Any]:
    """Run the statements in their order. Returns what each `read` made, else None."""
    if not statements:
        return []
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
    connection = connections[DEFAULT_DB_ALIAS]
    values = []
    for field in row._meta.local_concrete_fields:
        value = field.pre_save(row, add=True)
        if isinstance(value, DatabaseDefault):
            value = field.db_default
        values.append(field.get_db_prep_save(value, connection))
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return Statement(_insertion(type(row)), values)


@cache
def _insertion(model: type[Model]) -> str:
    name = connections[DEFAULT_DB_ALIAS].ops.quote_name
    columns = [name(str(field.column)) for field in model._meta.local_concrete_fields]
    places = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {name(model._meta.db_table)} ({', '.join(columns)}) VALUES ({places})"
