"""Servers of other projects that a test runs: Redis, PgBouncer."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from config.running.child_processes import stop_with_parent
from tests.waiting import wait_until


def program(name: str, package: str) -> str:
    """Its path. Without it the test is skipped, but fails in the gate, which installs it."""
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if path is None and os.environ.get("CI") == "true":
        pytest.fail(f"{name} is not here: apt-get install {package}")
    if path is None:
        pytest.skip(f"{name} is not installed (apt-get install {package})")
    return path


@contextmanager
def running(*words: object, **environment: object) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that ends with the block, and with this process."""
    process = subprocess.Popen(
        [str(word) for word in words],
        cwd=settings.BASE_DIR,
        env=os.environ | {name: str(value) for name, value in environment.items()},
        stdin=subprocess.DEVNULL,
        preexec_fn=stop_with_parent(signal.SIGTERM),
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def redis(port: int) -> Iterator[str]:
    """The address of a Redis that keeps nothing."""
    path = program("redis-server", "redis-server")
    words = [path, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with running(*words, "--loglevel", "warning"):
        wait_until(lambda: answers(port))
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def pgbouncer(port: int, folder: Path) -> Iterator[str]:
    """The address of the tests' database behind PgBouncer in transaction mode: four connections for all clients."""
    path = program("pgbouncer", "pgbouncer")
    at = connection.settings_dict
    place = f"host={at['HOST']} user={at['USER']}" + (f" port={at['PORT']}" if at["PORT"] else "")
    lines = [
        "[databases]", f"* = {place}",
        "[pgbouncer]", "listen_addr = 127.0.0.1", f"listen_port = {port}", "unix_socket_dir =",
        "auth_type = any", "pool_mode = transaction", "default_pool_size = 4", "max_client_conn = 200",
        *(["user = nobody"] if os.geteuid() == 0 else []),
    ]  # fmt: skip
    written = folder / "pgbouncer.ini"
    written.write_text("\n".join(lines) + "\n")
    folder.chmod(0o755)
    with running(path, "--quiet", written):
        wait_until(lambda: answers(port))
        yield f"postgresql://{quote(at['USER'])}@127.0.0.1:{port}/{at['NAME']}"


def direct_url() -> str:
    """The address of the tests' database itself."""
    at = connection.settings_dict
    return f"postgresql://{quote(at['USER'])}@{quote(at['HOST'], safe='')}:{at['PORT'] or 5432}/{at['NAME']}"


def manage(*words: str) -> list[str]:
    return [sys.executable, "manage.py", *words]


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False
