# ruff: noqa: T201 - a script talks to its caller
"""The faults of benchmarks/faults.py. Each is a function that returns when its cause is over; its docstring is its row's name."""

import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fault_site import Site, wait_for

from config.running.child_processes import stop
from tests.production import ROOT, trusting

AWAY_SECONDS = 20  # in the place of minutes
FROZEN_SECONDS = 75  # longer than the lease of a worker
SUBSCRIBERS = 3000
SLOW, BURST, AT_ONCE = 500, 10_000, 500
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
type Fault = Callable[[Site], object]

# Faults


def web_process_killed(site: Site) -> None:
    """web process, kill -9"""
    os.kill(site.web.workers[0], signal.SIGKILL)


def gunicorn_killed(site: Site) -> None:
    """gunicorn's main process, kill -9"""
    site.web.process.kill()
    site.web.process.wait()


def worker_killed(site: Site) -> None:
    """worker, kill -9"""
    site.worker.kill()


def nginx_process_killed(site: Site) -> None:
    """process of nginx, kill -9"""
    pid = site.nginx.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)


def database_process_killed(site: Site) -> None:
    """one process of PostgreSQL, kill -9: it ends all others and recovers"""
    [(pid,)] = site.rows(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'colophon change feed' LIMIT 1"
    )
    os.kill(pid, signal.SIGKILL)


def web_restarted_ten_times(site: Site) -> None:
    """web service restarted ten times"""
    site.is_kept_up = False
    for _time in range(10):
        site.web.restart()
        site.web.wait_until_ready()
    site.is_kept_up = True


def postgresql_restarted(site: Site) -> None:
    """PostgreSQL restarted"""
    stop(site.database.server)
    wait_for(lambda: site.database.is_up(), 60)


def postgresql_killed(site: Site) -> None:
    """PostgreSQL, kill -9"""
    site.database.server.kill()
    site.database.server.wait()
    wait_for(lambda: site.database.is_up(), 60)


def postgresql_away(site: Site) -> None:
    """PostgreSQL away for 20 s"""
    site.is_kept_up = False
    stop(site.database.server)
    time.sleep(AWAY_SECONDS)
    site.is_kept_up = True


def postgresql_disk_full(site: Site) -> None:
    """disk of PostgreSQL full for 20 s"""
    with full(site.folder / "postgresql"):
        time.sleep(AWAY_SECONDS)


def media_disk_full(site: Site) -> None:
    """disk of media full, with an upload"""
    from django.contrib.auth.models import User
    from django.test import Client

    from tests.factories import picture_file

    client = Client(headers={"host": "magazine.example"})
    given = {"username": "faults", "is_superuser": True, "is_staff": True}
    client.force_login(
        User.objects.get_or_create(**given)[0], "django.contrib.auth.backends.ModelBackend"
    )
    typed = {"title": "A hill", "alt_text": "A green hill.", "caption": "", "credit": "Ada"}
    add = "/admin/articles/image/add/"
    with full(site.folder / "media"):
        refused = client.post(add, typed | {"file": picture_file()}, secure=True)
    taken = client.post(add, typed | {"file": picture_file()}, secure=True)
    print(
        f"    upload: {refused.status_code} with what was typed {'A hill' in refused.text}, then {taken.status_code}"
    )


def mail_refused(site: Site) -> None:
    """mail server refuses for 20 s (451)"""
    with mail_server(site, lambda part, line: "451 4.3.0 not now"):
        time.sleep(AWAY_SECONDS)


def mail_slow(site: Site) -> None:
    """mail server takes 5 s for each mail, for 20 s"""
    site.sink.delay = 5.0
    time.sleep(AWAY_SECONDS)
    site.sink.delay = 0.0


def mail_hanging(site: Site) -> None:
    """mail server takes a mail and says nothing for 20 s"""
    site.sink.delay = float(AWAY_SECONDS)
    time.sleep(AWAY_SECONDS)
    site.sink.delay = 0.0


def mail_away(site: Site) -> None:
    """mail server ends each connection, for 20 s"""
    with mail_server(site, lambda part, line: None):
        time.sleep(AWAY_SECONDS)


def clock_ahead(site: Site) -> None:
    """clock of web and worker jumps an hour ahead, and back after 20 s"""
    jump(site, 3600)


def clock_behind(site: Site) -> None:
    """clock of web and worker jumps an hour back, and forth after 20 s"""
    jump(site, -3600)


def slow_clients(site: Site) -> None:
    """500 half-open requests through nginx, for 20 s"""
    with half_open(site.nginx.https, trusting(site.nginx.certificate)):
        time.sleep(AWAY_SECONDS)


def slow_clients_without_nginx(site: Site) -> None:
    """500 half-open requests to gunicorn itself, for 20 s"""
    with half_open(site.web.port, None):
        time.sleep(AWAY_SECONDS)


# Other experiments


def burst(site: Site) -> list[str]:
    """10,000 readers at once, each on a connection of its own"""
    said: Counter[str] = Counter()
    numbers, lock = iter(range(BURST)), threading.Lock()

    def read() -> None:
        while next(numbers, None) is not None:
            try:
                answer = str(site.nginx.ask("/articles/article-7/").status)
            except OSError as error:
                answer = type(error).__name__
            with lock:
                said[answer] += 1

    began = time.monotonic()
    threads = [threading.Thread(target=read) for _number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen = ", ".join(f"{number} × {name}" for name, number in said.most_common())
    return [f"{seen}, in {time.monotonic() - began:.0f} s", "0", "0", "0 s"]


def worker_frozen(site: Site) -> list[str]:
    """worker frozen (SIGSTOP) for 75 s while it sends an issue; another one goes on"""
    from newsletter.models import Issue, Subscriber

    begin_issue()
    before = len(site.sink.envelopes)
    wait_for(lambda: len(site.sink.envelopes) > before + 200, 60)
    frozen = site.worker
    frozen.send_signal(signal.SIGSTOP)
    site.start_worker()
    time.sleep(FROZEN_SECONDS)
    frozen.send_signal(signal.SIGCONT)
    began = time.monotonic()
    done = wait_for(lambda: Issue.objects.latest("pk").status == "sent", 240)
    took = time.monotonic() - began
    frozen.terminate()
    frozen.wait(60)
    copies = Counter(
        recipient for _sender, recipient in site.sink.envelopes[before:] if "frozen" in recipient
    )
    lost = Subscriber.objects.filter(email__contains="frozen").count() - len(copies)
    twice = sum(number - 1 for number in copies.values())
    return [
        "nothing",
        str(lost),
        f"{twice} mails of {SUBSCRIBERS}",
        f"{took:.0f} s" if done else "not within 240 s",
    ]


def begin_issue() -> None:
    from django.utils import timezone

    from newsletter.models import Issue, Subscriber
    from newsletter.sending.rendering import render_body

    now = timezone.now()
    Subscriber.objects.bulk_create(
        Subscriber(
            email=f"frozen{number}@mailbox{number % 50}.example", status="confirmed", requested_at=now,
            confirmed_at=now, consent_wording="We send you our newsletter.",
        )
        for number in range(SUBSCRIBERS)
    )  # fmt: skip
    issue = Issue.objects.create(subject="Frozen", intro="A worker is frozen.")
    issue.start(by=None, body=render_body(issue))


def two_restores(site: Site) -> list[str]:
    """two restores into one empty database at once"""
    subprocess.run(
        [sys.executable, "manage.py", "backup", "--to", str(site.folder / "kept")],
        cwd=ROOT,
        env=site.environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    [backup] = (site.folder / "kept").glob("*.tar")
    site.rows("SELECT 1")
    make_database(site, "restored")
    (site.folder / "other").mkdir()
    environment = site.environment | {
        "DATABASE_URL": f"{site.server.url.rpartition('/')[0]}/restored",
        "VAR_DIR": str(site.folder / "other"),
    }
    words = [sys.executable, "manage.py", "restore", str(backup)]
    began = time.monotonic()
    both = [
        subprocess.Popen(
            words,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _one in range(2)
    ]
    said = [process.communicate()[1].strip().splitlines()[-1:] for process in both]
    codes = sorted(process.returncode for process in both)
    refusal = next((lines[0] for lines in said if lines), "nothing")
    lost = "0" if codes[0] == 0 else "all"
    return [
        f"codes {codes}: {refusal}",
        lost,
        "0" if codes != [0, 0] else "all",
        f"{time.monotonic() - began:.0f} s",
    ]


def make_database(site: Site, name: str) -> None:
    import psycopg

    with psycopg.connect(site.server.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")


# What faults are made of


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """The disk of the folder has no room. Only a small one is filled."""
    if shutil.disk_usage(folder).total > 1e9:
        raise SystemExit(f"{folder} is no small disk: run this as root.")
    ballast = folder / "ballast"
    with ballast.open("wb") as file:
        try:
            while True:
                file.write(bytes(100_000))
                file.flush()
        except OSError:
            pass
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def mail_server(site: Site, answer: Callable[[str, str], str | None]) -> Iterator[None]:
    former, site.sink.answer = site.sink.answer, answer
    try:
        yield
    finally:
        site.sink.answer = former


def jump(site: Site, seconds: int) -> None:
    """Move the clock of web and worker, as a wrong time server would. That of PostgreSQL stays right."""
    if FAKETIME is None:
        raise SystemExit("libfaketime is missing: apt-get install libfaketime")
    offset = site.folder / "offset"
    offset.write_text("+0")
    former = dict(site.environment)
    site.environment |= {
        "LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(offset), "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }  # fmt: skip
    restart_all(site)
    offset.write_text(f"{seconds:+d}")
    time.sleep(AWAY_SECONDS)
    offset.write_text("+0")
    time.sleep(2)
    site.environment.clear()
    site.environment |= former
    restart_all(site)


def restart_all(site: Site) -> None:
    site.is_kept_up = False
    site.worker.terminate()
    site.web.restart()
    site.worker.wait(60)
    site.start_worker()
    site.web.wait_until_ready()
    site.is_kept_up = True


@contextmanager
def half_open(port: int, context: ssl.SSLContext | None) -> Iterator[None]:
    lines: list[socket.socket] = []
    for _number in range(SLOW):
        line = socket.create_connection(("127.0.0.1", port), timeout=30)
        lines.append(context.wrap_socket(line) if context else line)
        lines[-1].sendall(
            b"POST /newsletter/ HTTP/1.1\r\nHost: magazine.example\r\nContent-Length: 900\r\n\r\nemail="
        )
    try:
        yield
    finally:
        for line in lines:
            line.close()
