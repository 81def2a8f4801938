"""A connection that is in use is not asked each time whether it works, and one that the server ended is noticed."""

import pytest
from django.db import connection, connections
from django.db.backends.postgresql import base

from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def questions(monkeypatch):
    """The questions to the server whether a connection works."""
    asked = []
    ask = base.DatabaseWrapper.is_usable
    monkeypatch.setattr(
        base.DatabaseWrapper, "is_usable", lambda self: asked.append(self.alias) or ask(self)
    )
    return asked


@pytest.fixture
def fresh(monkeypatch):
    """A new connection that counts as asked just now, however long the test takes."""
    connection.close()
    connection.ensure_connection()
    monkeypatch.setattr(connection, "_asked_at", float("inf"))
    return connection


def end_by_the_server(one):
    other = connections.create_connection("default")
    pid = one.connection.info.backend_pid
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])

        def is_gone():
            cursor.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [pid])
            return cursor.fetchone() is None

        wait_until(is_gone)
    other.close()


def test_connection_in_use_is_not_asked(fresh, questions):
    assert fresh.is_usable()
    assert questions == []


def test_connection_is_asked_again_after_a_while(fresh, questions):
    fresh._asked_at = float("-inf")

    assert fresh.is_usable()

    assert len(questions) == 1
    assert fresh._asked_at > float("-inf")


def test_connection_with_a_failed_query_is_asked(fresh, questions):
    fresh.errors_occurred = True

    assert fresh.is_usable()

    assert len(questions) == 1


def test_connection_amid_a_transaction_is_asked(fresh, questions):
    fresh.connection.execute("BEGIN")

    assert fresh.is_usable()

    assert len(questions) == 1
    fresh.connection.execute("ROLLBACK")


def test_connection_that_the_server_ended_is_not_usable(fresh):
    end_by_the_server(fresh)

    assert not fresh.is_usable()
    connection.close()


def test_request_after_the_server_ended_the_connection_is_answered(client, fresh):
    end_by_the_server(fresh)
    fresh.close_if_unusable_or_obsolete()  # as at the beginning of a request

    assert client.get("/").status_code == 200
