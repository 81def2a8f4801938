"""The marks of mails go to the server as they are, and what it refuses is told."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import DatabaseError, OperationalError, connection

from newsletter.sending.prepared import Prepared

pytestmark = pytest.mark.django_db
TYPES = {
    "number": "bigint",
    "text": "text",
    "time": "timestamptz",
    "yes": "boolean",
    "key": "uuid",
    "none": "text",
}
MOMENT = datetime(2001, 11, 29, 12, 30, 5, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "value"),
    [("number", 7), ("text", "Größe ‘x’ \\ %s"), ("time", MOMENT), ("yes", False), ("yes", True),
     ("key", UUID(int=5)), ("none", None)],
)  # fmt: skip
def test_values_arrive_unchanged(name, value):
    other = "IS NOT DISTINCT FROM"
    statement = Prepared(f"SELECT %({name})s {other} %({name})s, %({name})s", TYPES)
    typed = Prepared(f"SELECT (%({name})s)::text", TYPES)

    assert statement.run({name: value}) == b"t"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT (%s::{TYPES[name]})::text", [value])
        (expected,) = cursor.fetchone()
    found = typed.run({name: value})
    assert (found.decode() if found is not None else None) == expected


def test_text_that_no_column_takes_is_made_fit():
    statement = Prepared("SELECT %(text)s", TYPES)

    assert statement.run({"text": "a\0b\ud800"}) == b"ab?"


def test_refused_statement_raises():
    statement = Prepared("SELECT 1 / %(number)s", TYPES)

    with pytest.raises(DatabaseError, match="division by zero"):
        statement.run({"number": 0})


@pytest.mark.django_db(transaction=True)
def test_lost_connection_raises():
    statement = Prepared("SELECT %(number)s", TYPES)
    connection.close()

    with pytest.raises((DatabaseError, OperationalError)):
        statement.run({"number": 1})
