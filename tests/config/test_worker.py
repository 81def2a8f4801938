import logging
import threading

import pytest
from django.db import OperationalError
from django.tasks import task
from django_tasks_db.models import DBTaskResult

from config.management.commands import worker
from config.management.commands.worker import Command, Loop

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


@task()
def send_something() -> None:
    called.append("mail")


@pytest.fixture
def loops(settings, transactional_db):
    """The loops of a worker, by name."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    names = ("broken_sweep", "sweep", "send_something")
    settings.PERIODIC_TASKS = {f"{__name__}.{name}": 60 for name in names}
    called.clear()
    command = Command()
    command.stopping = threading.Event()

    def make():
        command.queue = worker.queue_worker()
        return {loop.name: loop for loop in command.loops()}

    return make


def test_turns_run_what_is_queued_and_what_is_due(loops, caplog):
    note_call.enqueue()

    with caplog.at_level(logging.CRITICAL):
        for loop in loops().values():
            loop.turn()

    assert sorted(called) == ["mail", "queued", "sweep"]
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_periodic_task_waits_for_its_time(loops):
    loop = loops()["worker-periodic"]

    loop.turn()
    loop.turn()

    assert called == ["sweep"]


def test_mail_server_that_hangs_delays_no_other_work(loops):
    loop = loops()["worker-periodic"]

    loop.turn()

    assert called == ["sweep"]  # mails have a loop of their own


def test_other_backend_of_tasks_leaves_the_periodic_part(loops, settings):
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}
    own = loops()

    for loop in own.values():
        loop.turn()

    assert set(own) == {"worker-mails", "worker-others", "worker-moves", "worker-periodic"}
    assert sorted(called) == ["mail", "sweep"]


def test_worker_waits_for_a_database_that_is_away():
    def away():
        raise OperationalError("connection refused")

    assert Loop("queue", away, threading.Event()).turn() == worker.OUTAGE_SECONDS


def test_loop_goes_on_after_a_fault():
    def broken():
        raise ValueError("a fault of the queue")

    assert Loop("queue", broken, threading.Event()).turn() == worker.OUTAGE_SECONDS


def test_failing_task_does_not_end_the_worker(loops):
    broken_sweep.enqueue()
    note_call.enqueue()

    loops()["worker-queue"].turn()

    assert "queued" in called
