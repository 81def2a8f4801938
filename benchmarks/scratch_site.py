"""A site of its own to measure: a database in a scratch folder, gunicorn on one core, everything else on another."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from config.running.child_processes import stop_with_parent
from config.running.embedded_database import EmbeddedDatabase

ROOT = Path(__file__).resolve().parent.parent
HOST = "testserver"
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, CLIENT_CORE = CORES[0], CORES[-1]
TICK = os.sysconf("SC_CLK_TCK")
START_SECONDS = 60


@contextmanager
def scratch_folder(given: str = "") -> Iterator[Path]:
    """The folder that was asked for, which stays, or one that goes."""
    with ExitStack() as stack:
        folder = Path(given or stack.enter_context(tempfile.TemporaryDirectory(prefix="colophon-")))
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # as root the database runs as somebody else
        yield folder


@contextmanager
def scratch_site(folder: Path, *, durable: bool = True) -> Iterator[None]:
    """Django in this process, on a migrated database that runs on the client's core."""
    os.sched_setaffinity(0, {CLIENT_CORE})
    server = EmbeddedDatabase(folder / "postgresql", durable=durable)
    with server.running():
        os.environ |= environment(folder, server.url)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        yield


def environment(folder: Path, database_url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "config.settings", "SITE_URL": f"http://{HOST}",
        "ALLOWED_HOSTS": HOST, "SECRET_KEY": "benchmark" * 8, "VAR_DIR": str(folder), "DEBUG": "",
        "LANGUAGE_CODE": "en", "MAIL_URL": "files", "CHANGE_FEED_URL": "",
        # Each request of a form comes from a network of its own.
        "TRUSTED_PROXIES": "1",
    }  # fmt: skip


class Web:
    """A gunicorn that runs as `manage.py serve` starts it, but that its workers are never renewed."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.process = process
        self.port = port

    @property
    def workers(self) -> list[int]:
        pid = self.process.pid
        return [int(pid) for pid in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def cpu_seconds(self) -> float:
        """What the workers have used so far."""
        used = 0
        for pid in self.workers:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            used += int(fields[11]) + int(fields[12])
        return used / TICK

    def memory(self, kind: str) -> list[float]:
        """ "Rss" or "Pss" of each worker, in MB."""
        return [_memory(pid, kind) for pid in self.workers]


def _memory(pid: int, kind: str) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(f"{kind}:"):
            return int(line.split()[1]) / 1000
    raise ValueError(kind)


@contextmanager
def gunicorn(
    application: str = "config.wsgi",
    *,
    port: int,
    workers: int = 1,
    options: Sequence[str] = (),
    **extra: str,
) -> Iterator[Web]:
    from config.management.commands.serve import gunicorn as command

    words = [*command("127.0.0.1", port, workers), *options]
    words[words.index("config.wsgi")] = application
    process = subprocess.Popen(
        words, cwd=ROOT, env={**os.environ, **extra}, stdin=subprocess.DEVNULL,
        preexec_fn=on_servers_core,
    )  # fmt: skip
    try:
        web = Web(process, port)
        _wait_until_ready(web, workers)
        yield web
    finally:
        process.terminate()  # by SIGINT it would kill workers that are at work
        process.wait(30)


def on_servers_core() -> None:
    """A preexec function; the process ends with this one."""
    os.sched_setaffinity(0, {SERVER_CORE})
    stop_with_parent(signal.SIGTERM)()


def _wait_until_ready(web: Web, workers: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if web.process.poll() is not None:
            raise SystemExit(f"gunicorn ended with code {web.process.returncode}")
        try:
            with socket.create_connection(("127.0.0.1", web.port), timeout=30) as line:
                line.sendall(
                    f"GET /health/ HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode()
                )
                if line.recv(100) and len(web.workers) == workers:
                    return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("gunicorn did not start")


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a script talks to its caller
