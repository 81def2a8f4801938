"""`manage.py serve` as a newcomer runs it: a process of its own, an embedded database, a real browserless client."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from config.environment import embedded_folder
from config.running.embedded_database import EmbeddedDatabase
from tests.effort import TRIES
from tests.ports import own_port
from tests.waiting import unhindered_seconds, wait_until

pytestmark = pytest.mark.real_clock

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300  # seconds: a busy machine starts slowly


@pytest.fixture
def port():
    with own_port() as port:
        yield port


def environment(var: Path, **extra: str) -> dict[str, str]:
    unset = {"DATABASE_URL", "SECRET_KEY", "SITE_URL", "ALLOWED_HOSTS", "DJANGO_SETTINGS_MODULE"}
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    return {**kept, "VAR_DIR": str(var), **extra}


def serve(var: Path, *arguments: str, **extra: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "manage.py", "serve", *arguments],
        cwd=ROOT, env=environment(var, **extra), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def refusal(var: Path, *arguments: str, **extra: str) -> str:
    """The last line of a start that must fail."""
    with serve(var, *arguments, **extra) as process:
        try:
            output, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.terminate()
            raise
    assert process.returncode != 0
    assert "Traceback" not in output
    return output.strip().splitlines()[-1]


def lines_until_ready(process: subprocess.Popen) -> list[str]:
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip())
        if line.startswith("Colophon is ready at"):
            return lines
    raise AssertionError("\n".join(lines))


@pytest.fixture(scope="module")
def var(open_folder):
    return open_folder / "var"


@contextmanager
def serving(var: Path, port: int):
    with serve(var, "--port", str(port), "--workers", "1") as process:
        try:
            yield process, port, lines_until_ready(process)
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def running(var):
    """One site, for all who leave it in order."""
    with own_port() as port, serving(var, port) as site:
        yield site


def get(port: int, path: str) -> tuple[int, dict[str, str]]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as response:
            return response.status, dict(response.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers)


def test_serve_runs_as_production_does_and_stops_in_order(var, port):
    with serving(var, port) as (process, _port, lines):
        status, headers = get(port, "/")
        assert f"Colophon is ready at http://127.0.0.1:{port}/" in lines[-1]
        assert status == 200
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert get(port, "/no-such-page/")[0] == 404
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def test_serve_stops_within_ten_seconds(var, port):
    """Measured again where a busy machine took longer: what stops slowly does so each time."""
    for _try in range(TRIES):
        with serving(var, port) as (process, _port, _lines):
            started = unhindered_seconds()
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
            took = unhindered_seconds() - started
        if took < 10:
            return
    raise AssertionError(f"{took:.1f} s")


def test_site_heals_when_a_web_process_or_the_task_worker_is_killed(running):
    process, port, _ = running
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        pytest.skip("needs /proc")
    commands = {
        int(pid): Path(f"/proc/{pid}/cmdline").read_text() for pid in children.read_text().split()
    }
    (gunicorn,) = (pid for pid, words in commands.items() if "gunicorn" in words)
    (worker,) = (pid for pid, words in commands.items() if words.endswith("worker\0"))
    (web,) = Path(f"/proc/{gunicorn}/task/{gunicorn}/children").read_text().split()

    wait_until(lambda: age(worker) > 2)  # one that dies at once is not restarted in a hot loop
    os.kill(int(web), signal.SIGKILL)
    os.kill(worker, signal.SIGKILL)

    assert get(port, "/health/")[0] == 200

    def is_healed():
        now = set(map(int, children.read_text().split()))
        return worker not in now and len(now) == len(commands)

    wait_until(is_healed)


def age(pid: int) -> float:
    """Seconds since a process began (proc(5), the 22nd field of stat)."""
    began = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - began / os.sysconf("SC_CLK_TCK")


def test_site_heals_when_postgresql_is_killed(running, var):
    process, port, _ = running
    pid_file = embedded_folder(var) / "data" / "postmaster.pid"
    killed = pid_file.read_text().split()[0]

    def is_back():
        # The file is not there while one server has left and the next has not come.
        return pid_file.exists() and pid_file.read_text().split()[:1] != [killed]

    os.kill(int(killed), signal.SIGKILL)

    assert get(port, "/")[0] in {200, 503}
    wait_until(lambda: is_back() and get(port, "/")[0] == 200)
    assert process.poll() is None


def test_client_cannot_move_the_site_by_a_header(running):
    _, port, _ = running
    moved = urllib.request.Request(
        f"http://127.0.0.1:{port}/", headers={"SCRIPT_NAME": "/elsewhere"}
    )

    with urllib.request.urlopen(moved, timeout=PATIENCE) as response:  # noqa: S310 - http, see above
        assert b"/elsewhere" not in response.read()


def test_taken_port_is_told_in_one_line(var):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()

        line = refusal(var, "--port", str(holder.getsockname()[1]))

    assert "is taken" in line
    assert "--port" in line


def test_unreachable_database_is_told_in_one_line(var, port):
    line = refusal(
        var,
        "--port",
        str(port),
        DATABASE_URL=f"postgresql://nobody@127.0.0.1:{port}/none",
        SITE_URL="http://localhost",
        SECRET_KEY="x" * 60,
    )

    assert "DATABASE_URL" in line


def test_database_of_before_the_first_release_is_told_in_one_line(open_folder, port):
    var = open_folder / "early"
    database = EmbeddedDatabase(embedded_folder(var))
    with database.running():
        with psycopg.connect(database.url) as connection:
            connection.execute(
                "CREATE TABLE django_migrations (id int, app text, name text, applied timestamptz)"
            )
            connection.execute(
                "INSERT INTO django_migrations VALUES (1, 'web', '0001_initial', now())"
            )

        line = refusal(var, "--port", str(port))

    assert "before the first release" in line
    assert f"delete {database.folder} " in line


def test_full_disk_is_told_in_one_line(monkeypatch, tmp_path):
    from django.core.management.base import CommandError

    from config.management.commands import serve as command

    monkeypatch.setattr(
        command.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 5_000_000})()
    )

    with pytest.raises(CommandError, match="is full: 4 MB are free"):
        command.refuse_full_disk(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"), [("SITE_URL", "ftp://x"), ("TIME_ZONE", "Mars"), ("DEBUG", "perhaps")]
)
def test_wrong_setting_names_its_variable(var, port, name, value):
    assert name in refusal(var, "--port", str(port), **{name: value})
