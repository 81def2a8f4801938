import logging

import pytest
from django.db import OperationalError
from django.tasks import task
from django_tasks_db.models import DBTaskResult

from config.management.commands import worker
from config.management.commands.worker import Command

called = []


@task()
def note_call() -> None:
    called.append("queued")


@task()
def sweep() -> None:
    called.append("sweep")


@task()
def broken_sweep() -> None:
    raise ValueError("a fault in a sweep")


@pytest.fixture
def command(settings, transactional_db):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    settings.PERIODIC_TASKS = {f"{__name__}.broken_sweep": 60, f"{__name__}.sweep": 60}
    called.clear()
    command = Command()
    command.due = dict.fromkeys(settings.PERIODIC_TASKS, 0.0)
    command.worker = worker.queue_worker()
    return command


def test_turn_runs_what_is_queued_and_what_is_due(command, caplog):
    note_call.enqueue()

    with caplog.at_level(logging.CRITICAL):
        command.turn()

    assert called == ["queued", "sweep"]
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_periodic_task_waits_for_its_time(command):
    command.turn()
    command.turn()

    assert called == ["sweep"]


def test_worker_waits_for_a_database_that_is_away(command, monkeypatch):
    def away():
        raise OperationalError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(command.worker, "run", away)
        assert command.turn() == worker.OUTAGE_SECONDS

    assert command.turn() == worker.POLL_SECONDS
    assert called == ["sweep"]


def test_failing_task_does_not_end_the_worker(command):
    broken_sweep.enqueue()
    note_call.enqueue()

    command.turn()

    assert "queued" in called
