"""A database of before the first release is refused in words; tests/config/test_serve.py has the same of `serve`."""

import importlib

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.long

REFUSED = "made by a version before the first release.*name another in DATABASE_URL"


@pytest.fixture
def early_database(db):
    MigrationRecorder(connection).record_applied("web", "0001_initial")


@pytest.mark.parametrize("command", ["migrate", "worker", "load_demo", "load_scale"])
@pytest.mark.usefixtures("early_database")
def test_database_of_before_the_first_release_is_refused(command):
    with pytest.raises(CommandError, match=f"(?s){REFUSED}"):
        call_command(command, skip_checks=False)


@pytest.mark.usefixtures("early_database")
def test_web_server_does_not_start_with_a_database_of_before_the_first_release(monkeypatch):
    monkeypatch.setattr(connections, "close_all", lambda: None)  # the test's own is among them

    with pytest.raises(CommandError, match=f"(?s){REFUSED}"):
        importlib.import_module("config.wsgi").cached_application()


@pytest.mark.django_db
def test_database_of_now_is_taken(capsys):
    call_command("migrate", skip_checks=False)

    assert "No migrations to apply" in capsys.readouterr().out
