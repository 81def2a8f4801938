"""Querysets whose SQL is written once in each process.

Django writes the SQL of a queryset anew each time, which takes ten times as long as to run it. A
compiled queryset is a queryset like any other, said with the same methods, in a function of its
own. Places for values are `Given("name")`, and the present time is `now()`:

    _OF_TOPIC = Compiled(lambda: Article.objects.published().filter(topic=Given("topic")))
    articles = _OF_TOPIC.rows(topic=7)

Only values may differ from use to use. What changes the SQL needs an object of its own: None in
place of a value, the length of a list (use `is_among`), a limit. Prefetches are not followed.

PostgreSQL keeps the plan, too, which takes it most of the time (`DatabaseWrapper.prepared_cursor`).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from operator import itemgetter
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connections
from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateField,
    DateTimeField,
    Expression,
    F,
    Field,
    Func,
    QuerySet,
    Value,
)
from django.db.models.base import ModelState
from django.db.models.query import FlatValuesListIterable, ModelIterable
from django.utils import timezone
from psycopg.sql import Literal

type Reader = Callable[[Any], Any]

_ALIKE_IN_JSON = {
    *("AutoField", "BigAutoField", "BigIntegerField", "IntegerField", "PositiveSmallIntegerField"),
    *("BooleanField", "CharField", "FileField", "ForeignKey", "PositiveIntegerField"),
    *("SlugField", "SmallIntegerField", "TextField", "URLField"),
}


class Given(Expression):
    """The place of a value that each use of a compiled queryset gives by this name."""

    def __init__(self, name: str, output_field: Any = None) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


class Now(datetime):
    """The time at which a queryset was made; in a compiled one, the time at which it is used."""


def now() -> Now:
    """The present time for a queryset. Of the application's clock, which also draws the page."""
    moment = timezone.now()
    return Now.combine(moment.date(), moment.timetz())


def is_among(field: str, keys: str | list[int]) -> Func:
    """A condition for filter(): the field is one of a list, or of one that is given by this name.

    The list is one value of the statement, however long it is.
    """
    return Func(
        F(field),
        Given(keys) if isinstance(keys, str) else Value(keys, ArrayField(BigIntegerField())),
        arg_joiner=" = ANY(",
        template="%(expressions)s)",
        output_field=BooleanField(),
    )


@dataclass(frozen=True)
class Written[Row]:
    """The SQL of a queryset as Django writes it, its parameters, and how its rows are read."""

    sql: str
    parameters: tuple[Any, ...]
    read: Callable[[tuple[Any, ...]], Row]

    def filled(self, values: dict[str, Any]) -> list[Any]:
        return _filled(self.parameters, values)

    def planned(self) -> "Planned[Row]":
        """The same with constants in the text, so that a plan that PostgreSQL keeps knows them."""
        connection, left = connections[DEFAULT_DB_ALIAS].connection, iter(self.parameters)
        places: dict[Any, Given | Now] = {}

        def put(match: re.Match[str]) -> str:
            if match[0] == "%%":
                return "%"
            value = next(left)
            if not isinstance(value, Given | Now):
                return Literal(value).as_string(connection)
            key = value.name if isinstance(value, Given) else Now
            places.setdefault(key, value)
            return f"${[*places].index(key) + 1}"

        return Planned(re.sub("%[s%]", put, self.sql), tuple(places.values()), self.read)


@dataclass(frozen=True)
class Planned[Row]:
    """SQL for a prepared cursor, what stands at $1, $2 and so on, and how its rows are read."""

    sql: str
    places: tuple[Given | Now, ...]
    read: Callable[[tuple[Any, ...]], Row]


def _filled(parameters: Iterable[Any], values: dict[str, Any]) -> list[Any]:
    return [
        values[one.name]
        if isinstance(one, Given)
        else (timezone.now() if isinstance(one, Now) else one)
        for one in parameters
    ]


class Compiled[Row]:
    """A queryset with places for values, made by `make` when it is first used.

    `related` are querysets of rows that the same statement reads, with the same places, by the
    names that prefetch_related() has for them: the first row takes them all. They must have keys,
    texts, numbers and times only.
    """

    def __init__(
        self, make: Callable[[], QuerySet[Any, Row]], **related: Callable[[], QuerySet[Any, Any]]
    ) -> None:
        self._make, self._related = make, related
        self._planned: Planned[Row] | None = None  # set as one, because threads share it

    def rows(self, **values: Any) -> list[Row]:
        """What the queryset gives with these values. One statement."""
        connection: Any = connections[DEFAULT_DB_ALIAS]  # of config.web.database.base
        try:
            return self._read(connection, values)
        except NotSupportedError:
            if connection.in_atomic_block:
                raise
            connection.unplan()
            return self._read(connection, values)

    def _read(self, connection: Any, values: dict[str, Any]) -> list[Row]:
        with connection.prepared_cursor() as cursor:
            planned = self._planned
            if planned is None:
                related = {name: make() for name, make in self._related.items()}
                planned = self._planned = write(self._make(), **related).planned()
            cursor.execute(planned.sql, _filled(planned.places, values))
            return list(map(planned.read, cursor.fetchall()))

    def first(self, **values: Any) -> Row | None:
        """The first of these rows. It adds no limit: the queryset should have one."""
        return next(iter(self.rows(**values)), None)


def write[Row](queryset: QuerySet[Any, Row], **related: QuerySet[Any, Any]) -> Written[Row]:
    """Write the SQL. Raises ValueError when it would keep a time for ever."""
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, parameters = compiler.as_sql()  # what query.sql_with_params() calls
    # Not the columns that Django adds for ORDER BY.
    read: Reader = itemgetter(slice(0, compiler.col_count))
    if queryset._iterable_class is ModelIterable:
        read = _instance_reader(compiler.klass_info, compiler.select)
        read = _with_annotations(read, compiler.annotation_col_map)
    elif queryset._iterable_class is FlatValuesListIterable:
        read = itemgetter(0)
    read = _with_converters(read, compiler.get_converters([one for one, *_ in compiler.select]))
    if related:
        lists = {name: _as_json(rows) for name, rows in related.items()}
        sql = (
            f"SELECT whole.*, {', '.join(one for one, *_ in lists.values())} FROM ({sql}) AS whole"
        )
        parameters = (*chain.from_iterable(some for _, some, _ in lists.values()), *parameters)
        readers = {name: read_other for name, (*_, read_other) in lists.items()}
        read = _with_related(read, readers)
    if any(type(parameter) is datetime for parameter in parameters):
        raise ValueError(f"A time would be kept for ever, say now(): {queryset.query}")
    return Written(sql, tuple(parameters), read)


def _as_json(queryset: QuerySet[Any, Any]) -> tuple[str, tuple[Any, ...], Reader]:
    """SQL that gives all rows as one value in JSON, its parameters, and the reader of a row."""
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, parameters = compiler.as_sql()
    fields = [column.output_field for column, *_ in compiler.select]
    names = ", ".join(f"c{number}" for number in range(len(fields)))
    rows = f"SELECT json_agg(json_build_array({names})) FROM ({sql}) AS related({names})"
    read = _instance_reader(compiler.klass_info, compiler.select)
    return f"({rows})", parameters, _json_reader(read, fields)


def _instance_reader(info: dict[str, Any], select: list[Any]) -> Reader:
    """Makes an instance of a model of a row, with those of select_related(), as unpickling does.

    That takes a tenth of the time of the model's `__init__`.
    """
    columns, model = info["select_fields"], info["model"]
    start, end = columns[0], columns[-1] + 1
    names = [column.target.attname for column, *_ in select[start:end]]
    key = start + names.index(model._meta.pk.attname)
    related = [
        (_instance_reader(other, select), other["local_setter"], other["remote_setter"])
        for other in info.get("related_klass_infos", ())
    ]

    def read(row: Any) -> Any:
        if row[key] is None:
            return None
        instance = model.__new__(model)
        instance._state = ModelState()
        instance._state.adding, instance._state.db = False, DEFAULT_DB_ALIAS
        instance.__dict__.update(zip(names, row[start:end], strict=True))
        for read_other, set_here, set_there in related:
            other = read_other(row)
            set_here(instance, other)
            if other is not None:
                set_there(other, instance)
        return instance

    return read


def _with_annotations(read: Reader, places: dict[str, int]) -> Reader:
    def read_all(row: Any) -> Any:
        instance = read(row)
        for name, place in places.items():
            instance.__dict__[name] = row[place]
        return instance

    return read_all if places else read


def _with_converters(read: Reader, converters: dict[int, Any]) -> Reader:
    """What fields make of values of the database, such as of JSON."""

    def convert(row: Any) -> Any:
        values, connection = list(row), connections[DEFAULT_DB_ALIAS]
        for place, (functions, expression) in converters.items():
            for function in functions:
                values[place] = function(values[place], expression, connection)
        return read(tuple(values))

    return convert if converters else read


def _with_related(read: Reader, others: dict[str, Reader]) -> Reader:
    """Also gives an instance the rows of the last columns, each a list, by names of relations."""

    def read_all(row: Any) -> Any:
        instance = read(row[: -len(others)])
        instance._prefetched_objects_cache = {
            name: list(map(read_other, rows or ()))
            for (name, read_other), rows in zip(others.items(), row[-len(others) :], strict=True)
        }
        return instance

    return read_all


def _json_reader(read: Reader, fields: list[Field[Any, Any]]) -> Reader:
    """Reads a row that comes as a list in JSON, which has no times and days.

    Raises ValueError for other fields whose values look otherwise in JSON.
    """
    makers: dict[int, Callable[[str], date]] = {}
    for place, field in enumerate(fields):
        if isinstance(field, DateTimeField):
            makers[place] = datetime.fromisoformat
        elif isinstance(field, DateField):
            makers[place] = date.fromisoformat
        elif field.get_internal_type() not in _ALIKE_IN_JSON:
            raise ValueError(f"{field} looks otherwise in JSON")

    def convert(row: list[Any]) -> Any:
        for place, make in makers.items():
            if row[place] is not None:
                row[place] = make(row[place])
        return read(row)

    return convert
