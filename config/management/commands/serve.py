import argparse
import errno
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, connections

from config.management.commands.load_demo import load_or_refuse, login_lines
from config.running.child_processes import stop_with_parent
from config.running.collected_static import collect_static
from config.running.embedded_database import EmbeddedDatabase, Keeper
from config.running.postgres_programs import EmbeddedDatabaseError
from config.web.checks import refuse_early_database, refuse_missing_mail

READY_SECONDS = 300  # for what never comes: a process that ends is noticed at once
STOP_SECONDS = 6  # of the ten that Ctrl-C may take, PostgreSQL needs some too
FREE_BYTES_NEEDED = 200 * 1024 * 1024
WORKER_RESTART_SECONDS = 2
DATABASE_RETRY_SECONDS = 3


class Stopped(BaseException):
    """Ctrl-C or SIGTERM. As a BaseException, no `except Exception` swallows it."""


class Command(BaseCommand):
    help = (
        "Run the whole publication: database, migrations, static files, web server and task worker."
    )
    requires_system_checks = []
    logins: list[str] = []
    database: Keeper | None = None  # only of an embedded server
    next_database_try = 0.0

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--host", default="127.0.0.1", help="address to listen on (default: %(default)s)"
        )
        parser.add_argument("--port", type=port_number, default=8000, help="(default: %(default)s)")
        parser.add_argument(
            "--workers",
            type=positive_number,
            default=2,
            help="web processes (default: %(default)s)",
        )
        parser.add_argument(
            "--demo", action="store_true", help="load a demonstration magazine and print its logins"
        )

    def handle(self, *, host: str, port: int, workers: int, demo: bool, **options: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, raise_stopped)
        children = Children()
        try:
            with ExitStack() as stack:
                self.prepare(stack, host, port, demo)
                stack.callback(children.stop)
                self.run(children, host, port, workers)
        except Stopped:
            self.stdout.write("Stopped.")
        except EmbeddedDatabaseError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(explain(error)) from error

    def prepare(self, stack: ExitStack, host: str, port: int, demo: bool) -> None:
        refuse_missing_mail()
        refuse_taken_port(host, port)
        refuse_full_disk(settings.VAR_DIR)
        use_address(host, port)
        if settings.EMBEDDED_DATABASE is not None:
            self.step(f"Starting PostgreSQL in {settings.EMBEDDED_DATABASE}")
            embedded = EmbeddedDatabase(settings.EMBEDDED_DATABASE)
            self.database = stack.enter_context(embedded.running())
        refuse_unreachable_database()
        refuse_early_database()
        self.step("Migrating the database")
        call_command("migrate", verbosity=0, interactive=False)
        if not settings.DEBUG:
            self.step("Collecting static files")
            collect_static(settings.STATIC_ROOT)
        if demo:
            self.step("Loading the demonstration magazine")
            self.logins = login_lines(load_or_refuse(self.say))
        connections.close_all()

    def run(self, children: "Children", host: str, port: int, workers: int) -> None:
        self.step(f"Starting {workers} web processes and the task worker")
        web = children.start(gunicorn(host, port, workers))
        children.start_worker()
        wait_until_ready(web, host, port)
        ready = f"Colophon is ready at http://{url_host(host)}:{port}/  (Ctrl-C stops it)"
        self.say("\n".join([ready, *self.logins]))
        while web.poll() is None:
            children.restart_dead_worker()
            self.keep_database_up()
            time.sleep(0.5)
        raise CommandError(
            f"The web server ended with code {web.returncode}; its last output is above."
        )

    def keep_database_up(self) -> None:
        """Start a PostgreSQL again that was killed. Pages answer 503 meanwhile."""
        if self.database is None or self.database.is_up():
            return
        if time.monotonic() < self.next_database_try:
            return
        self.step("PostgreSQL has ended. Starting it again")
        try:
            self.database.bring_up()
        except (EmbeddedDatabaseError, OSError) as error:
            # The disk is full, or processes of the dead server are still at work.
            self.say(f"{error} Trying again in {DATABASE_RETRY_SECONDS} seconds.")
            self.next_database_try = time.monotonic() + DATABASE_RETRY_SECONDS

    def step(self, text: str) -> None:
        self.say(f"{text} …")

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()  # at once, in a pipe too


class Children:
    """The processes that serve started. The kernel ends them when serve itself is killed."""

    def __init__(self) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []
        self.worker: subprocess.Popen[bytes] | None = None
        self.worker_started = 0.0

    def start(self, command: list[str]) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command,
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            # Ctrl-C reaches serve alone, which stops all processes in order.
            start_new_session=True,
            preexec_fn=stop_with_parent(signal.SIGTERM),
        )
        self.processes.append(process)
        return process

    def start_worker(self) -> None:
        self.worker_started = time.monotonic()
        self.worker = self.start([sys.executable, "manage.py", "worker"])

    def restart_dead_worker(self) -> None:
        """Start a worker again that was killed. What it had to do stands in rows."""
        rested = time.monotonic() - self.worker_started > WORKER_RESTART_SECONDS
        if self.worker is not None and self.worker.poll() is not None and rested:
            self.processes.remove(self.worker)
            self.start_worker()

    def stop(self) -> None:
        # A second Ctrl-C must not leave half of them running.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self.processes:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def gunicorn(host: str, port: int, workers: int) -> list[str]:
    """The command that starts the web server, with threads and persistent connections."""
    shared_memory = "/dev/shm" if Path("/dev/shm").is_dir() else str(settings.VAR_DIR)  # noqa: S108
    options = {
        "--bind": f"{url_host(host)}:{port}",
        "--workers": str(workers),
        "--threads": "4",
        "--worker-class": "config.running.web_worker.PatientWorker",
        "--keep-alive": "15",
        "--graceful-timeout": "5",
        "--timeout": "60",
        "--worker-tmp-dir": shared_memory,
        "--log-level": "warning",
        # By default a client on this machine may set SCRIPT_NAME and PATH_INFO by headers.
        "--forwarder-headers": "",
    }
    # --preload loads the code before the processes part, so that they share its memory.
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--preload", "--no-control-socket"]
    return command + [word for option in options.items() for word in option]


def refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reasons = {
                errno.EADDRINUSE: "is taken: stop what uses it, or choose another with --port",
                errno.EACCES: "needs more rights: choose one above 1023 with --port",
            }
            reason = reasons.get(error.errno or 0, f"cannot be used: {error.strerror or error}")
            raise CommandError(f"Port {port} on {host} {reason}.") from error


def refuse_full_disk(var: Path) -> None:
    var.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(var).free
    if free < FREE_BYTES_NEEDED:
        raise CommandError(
            f"The disk of {var} is full: {free // 2**20} MB are free,"
            f" {FREE_BYTES_NEEDED // 2**20} MB are needed."
        )


def use_address(host: str, port: int) -> None:
    """Set SITE_URL to where the site is served, for links in mails and feeds, if it is unset."""
    if settings.EMBEDDED_DATABASE is None or os.environ.get("SITE_URL"):
        return
    public = "127.0.0.1" if host in {"0.0.0.0", "::"} else url_host(host)  # noqa: S104
    os.environ["SITE_URL"] = settings.SITE_URL = f"http://{public}:{port}"


def refuse_unreachable_database() -> None:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        words = str(error).strip().splitlines()[-1].strip()
        raise CommandError(f"DATABASE_URL: PostgreSQL cannot be reached: {words}") from error


def wait_until_ready(web: subprocess.Popen[bytes], host: str, port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - not bound here
    while time.monotonic() < deadline and web.poll() is None:
        if answers(target, port):
            return
        time.sleep(0.1)
    raise CommandError("The web server did not answer; its last output is above.")


def answers(host: str, port: int) -> bool:
    """Whether the front page is served under the site's own name."""
    scheme, _, name = settings.SITE_URL.partition("://")
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/", headers={"Host": name, "X-Forwarded-Proto": scheme})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def url_host(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def explain(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        place = error.filename or settings.VAR_DIR
        return f"The disk is full ({place}). Free some space and start again."
    return f"{error.filename or 'serve'}: {error.strerror or error}"


def port_number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError("write a port from 1 to 65535")
    return int(text)


def positive_number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("write a whole number from 1")
    return int(text)


def raise_stopped(number: int, frame: FrameType | None) -> None:
    raise Stopped
