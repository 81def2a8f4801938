import importlib
import logging
import signal
import time
from contextlib import suppress
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connections
from django.tasks import Task
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from articles.links.checking import LinkChecker
from config.web.checks import refuse_early_database
from newsletter.sending.sender import Sender

logger = logging.getLogger("colophon.worker")
POLL_SECONDS = 1.0
# How long mails in hand may take at the end. One that takes longer is in doubt.
SENDER_SECONDS = 20.0
OUTAGE_SECONDS = 3.0  # between tries while the database is away


class Command(BaseCommand):
    help = "Run queued tasks and the periodic ones until stopped. Any number may run at once."

    def handle(self, **options: Any) -> None:
        with suppress(DatabaseError):  # one that is away is waited for
            refuse_early_database()
        logging.getLogger("django_tasks_db").setLevel(logging.WARNING)
        logging.getLogger("django.tasks").setLevel(logging.WARNING)
        self.stopping = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.stop)
        self.due = dict.fromkeys(settings.PERIODIC_TASKS, 0.0)
        self.worker = queue_worker()
        sender, checker = Sender(), LinkChecker()
        for thread in (sender, checker):
            thread.start()
        while not self.stopping:
            pause = self.turn()
            wake = time.monotonic() + pause
            while not self.stopping and time.monotonic() < wake:
                time.sleep(0.1)
        checker.stop()
        sender.stop()
        sender.join(SENDER_SECONDS)

    def stop(self, number: int, frame: FrameType | None) -> None:
        # A task in hand is finished first: it is short, and a mail that was handed over is not
        # handed over twice.
        self.stopping = True
        self.worker.running = False

    def turn(self) -> float:
        """Run queued and due tasks. Returns the seconds to wait until the next turn."""
        try:
            close_old_connections()
            self.worker.run()
            self.run_periodic()
        except DatabaseError as error:
            logger.warning("database away, trying again: %s", str(error).strip().splitlines()[0])
            connections.close_all()
            return OUTAGE_SECONDS
        return POLL_SECONDS

    def run_periodic(self) -> None:
        for path, seconds in settings.PERIODIC_TASKS.items():
            if time.monotonic() >= self.due[path]:
                self.due[path] = time.monotonic() + seconds
                run_periodic_task(path)


def queue_worker() -> Worker:
    """The library's worker. In batch mode it runs all queued tasks and returns."""
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
