import importlib
import logging
import signal
import threading
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connections
from django.tasks import Task, task_backends
from django.utils.crypto import get_random_string
from django_tasks_db import DatabaseBackend
from django_tasks_db.management.commands.db_worker import Worker

from articles.links.checking import LinkChecker
from config.cdn_purges import Purger
from config.moving.running import run_due_move
from config.web.checks import refuse_early_database, refuse_missing_mail
from newsletter.sending.sender import Sender

logger = logging.getLogger("colophon.worker")
POLL_SECONDS = 1.0
# How long mails and tasks in hand may take at the end. A mail that takes longer is in doubt.
END_SECONDS = 20.0
OUTAGE_SECONDS = 3.0  # between tries while the database is away


class Command(BaseCommand):
    help = "Run queued tasks and the periodic ones until stopped. Any number may run at once."

    def handle(self, **options: Any) -> None:
        refuse_missing_mail()
        with suppress(DatabaseError):  # one that is away is waited for
            refuse_early_database()
        logging.getLogger("django_tasks_db").setLevel(logging.WARNING)
        logging.getLogger("django.tasks").setLevel(logging.WARNING)
        self.stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.stop)
        self.queue = queue_worker()
        sender, checker = Sender(), LinkChecker()
        others = [sender, checker, *self.loops()]
        for thread in others:
            thread.start()
        while not self.stopping.wait(0.1):  # a signal is heard between two waits
            pass
        checker.stop()
        sender.stop()
        end = time.monotonic() + END_SECONDS
        for thread in others:
            if thread is not checker:
                thread.join(max(0.0, end - time.monotonic()))

    def loops(self) -> "list[Loop]":
        """What runs side by side: a mail server that hangs delays nothing but mails."""
        paths: dict[str, list[str]] = {"mails": [], "others": [], "periodic": []}
        for path in settings.PERIODIC_TASKS:
            paths[loop_of(path)].append(path)
        loops = [
            Loop(name, PeriodicTasks(own).run_due, self.stopping) for name, own in paths.items()
        ]
        loops.append(Loop("moves", partial(run_due_move, self.stopping), self.stopping))
        if settings.CDN_PURGE_KIND:
            loops.append(Loop("purges", Purger().run, self.stopping))
        if self.queue is not None:
            loops.append(Loop("queue", self.queue.run, self.stopping))
        return loops

    def stop(self, number: int, frame: FrameType | None) -> None:
        # A task in hand is finished first: it is short, and a mail that was handed over is not
        # handed over twice.
        self.stopping.set()
        if self.queue is not None:
            self.queue.running = False


class Loop(threading.Thread):
    """Does its work once a second until `stopping` is set."""

    def __init__(self, name: str, work: Callable[[], None], stopping: threading.Event) -> None:
        super().__init__(name=f"worker-{name}", daemon=True)
        self.work, self.stopping = work, stopping

    def run(self) -> None:
        while not self.stopping.is_set():
            self.stopping.wait(self.turn())
        connections.close_all()

    def turn(self) -> float:
        """Do the work once. Returns the seconds to wait until the next turn."""
        try:
            close_old_connections()
            self.work()
        except DatabaseError as error:
            logger.warning("database away, trying again: %s", str(error).strip().splitlines()[0])
            connections.close_all()
            return OUTAGE_SECONDS
        except Exception:
            logger.exception("the loop %s of the worker failed, and goes on", self.name)
            return OUTAGE_SECONDS
        return POLL_SECONDS


class PeriodicTasks:
    """Tasks of PERIODIC_TASKS, each called when its seconds are over."""

    def __init__(self, paths: Collection[str]) -> None:
        self.due = dict.fromkeys(paths, 0.0)

    def run_due(self) -> None:
        for path, due in self.due.items():
            if time.monotonic() >= due:
                self.due[path] = time.monotonic() + settings.PERIODIC_TASKS[path]
                run_periodic_task(path)


def loop_of(path: str) -> str:
    """Which loop runs a periodic task: one that waits for another machine is not in "periodic"."""
    name = path.rpartition(".")[2]
    if name in {"read_bounces", "look_at_certificate"}:
        return "others"
    return "mails" if name.startswith("send_") else "periodic"


def queue_worker() -> Worker | None:
    """The library's worker. In batch mode it runs all queued tasks and returns.

    None with another backend of tasks, which has workers of its own: this one then does the
    periodic part only.
    """
    if not isinstance(task_backends["default"], DatabaseBackend):
        return None
    return Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(16),
    )


def run_periodic_task(path: str) -> None:
    """Run a task by its dotted name. An error goes to the log, so that the others run on."""
    module, _, name = path.rpartition(".")
    task: Task[[], None] = getattr(importlib.import_module(module), name)
    try:
        task.call()
    except DatabaseError:
        raise
    except Exception:
        logger.exception("periodic task %s failed", path)
