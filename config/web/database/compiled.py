"""Querysets whose SQL is written once in each process.

Django writes the SQL of a queryset anew each time, which takes ten times as long as to run it. A
compiled queryset is a queryset like any other, said with the same methods, in a function of its
own. Places for values are `Given("name")`, and the present time is `now()`:

    _OF_TOPIC = Compiled(lambda: Article.objects.published().filter(topic=Given("topic")))
    articles = _OF_TOPIC.rows(topic=7)

Only values may differ from use to use. What changes the SQL needs an object of its own: None in
place of a value, the length of a list (use `is_among`), a limit. Prefetches are not followed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Expression,
    F,
    Func,
    QuerySet,
    Value,
)
from django.db.models.base import ModelState
from django.db.models.query import FlatValuesListIterable, ModelIterable
from django.utils import timezone


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
    """The SQL of a queryset, its parameters, and how its rows are read."""

    sql: str
    parameters: tuple[Any, ...]
    read: Callable[[tuple[Any, ...]], Row]

    def filled(self, values: dict[str, Any]) -> list[Any]:
        return [
            values[one.name]
            if isinstance(one, Given)
            else (timezone.now() if isinstance(one, Now) else one)
            for one in self.parameters
        ]


class Compiled[Row]:
    """A queryset with places for values, made by `make` when it is first used."""

    def __init__(self, make: Callable[[], QuerySet[Any, Row]]) -> None:
        self._make = make
        self._written: Written[Row] | None = None  # set as one, because threads share it

    def rows(self, **values: Any) -> list[Row]:
        """What the queryset gives with these values. One statement."""
        written = self._written
        if written is None:
            written = self._written = write(self._make())
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(written.sql, written.filled(values))
            return list(map(written.read, cursor.fetchall()))

    def first(self, **values: Any) -> Row | None:
        """The first of these rows. It adds no limit: the queryset should have one."""
        return next(iter(self.rows(**values)), None)


def write[Row](queryset: QuerySet[Any, Row]) -> Written[Row]:
    """Write the SQL. Raises ValueError when it would keep a time for ever."""
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, parameters = compiler.as_sql()  # what query.sql_with_params() calls
    if any(type(parameter) is datetime for parameter in parameters):
        raise ValueError(f"A time would be kept for ever, say now(): {queryset.query}")
    # Not the columns that Django adds for ORDER BY.
    read: Any = itemgetter(slice(0, compiler.col_count))
    if queryset._iterable_class is ModelIterable:
        read = _instance_reader(compiler.klass_info, compiler.select)
        read = _with_annotations(read, compiler.annotation_col_map)
    elif queryset._iterable_class is FlatValuesListIterable:
        read = itemgetter(0)
    expressions = [column for column, *_ in compiler.select]
    converters = compiler.get_converters(expressions)
    return Written(sql, tuple(parameters), _with_converters(read, converters))


def _instance_reader(info: dict[str, Any], select: list[Any]) -> Callable[[Any], Any]:
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


def _with_annotations(read: Callable[[Any], Any], places: dict[str, int]) -> Callable[[Any], Any]:
    def read_all(row: Any) -> Any:
        instance = read(row)
        for name, place in places.items():
            instance.__dict__[name] = row[place]
        return instance

    return read_all if places else read


def _with_converters(
    read: Callable[[Any], Any], converters: dict[int, Any]
) -> Callable[[Any], Any]:
    """What fields make of values of the database, such as of JSON."""

    def convert(row: Any) -> Any:
        values, connection = list(row), connections[DEFAULT_DB_ALIAS]
        for place, (functions, expression) in converters.items():
            for function in functions:
                values[place] = function(values[place], expression, connection)
        return read(tuple(values))

    return convert if converters else read
