"""What readers notice of an attack: `uv run python benchmarks/attacks.py [--seconds 10] [--folder …]`.

Two workers on one core, as `manage.py serve` starts them; on the other core the attacker, PostgreSQL and one reader, who
asks for a kept page on a new connection each time, as a stranger does. Each attack is compared with the quiet before
it. Writes the table of docs/performance.md.
"""

import argparse
import http.client
import re
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import client
import tables
from scratch_site import HOST, Web, gunicorn, say, scratch_folder, scratch_site

PORT = 9305
PAGE = "/articles/bench/"
GUESSERS = 12
SLOW = 300
PATIENCE = 15.0  # seconds that a reader waits
TRICKLE = 1.0  # seconds between the bytes of a slow client
HEAD = ("", "p50 ms", "p95 ms", "slowest ms", "p95 to quiet", "not served")
LONG = "<p>Slow readers take a long page in small sips.</p>" * 40_000


def main(seconds: float, folder: Path, only: str) -> None:
    with ExitStack() as stack:
        stack.enter_context(scratch_site(folder))
        prepare()
        site = stack.enter_context(gunicorn(port=PORT, workers=2))
        fill(site)
        rows = [
            row
            for attack in ATTACKS
            if only in attack.__name__
            for row in compare(site, attack, seconds)
        ]
    shown = tables.table(HEAD, rows)
    say(f"\n{shown}")
    if not only:
        tables.keep("attacks", shown)


def compare(site: Web, attack: "Attack", seconds: float) -> Iterator[list[str]]:
    quiet = read(site.port, 2.0)
    with attack(site):
        time.sleep(1.0)
        under = read(site.port, seconds)
    name = (attack.__doc__ or "").strip()
    ratio = percentile(under, 95) / percentile(quiet, 95)
    for title, times, compared in (("quiet", quiet, "1.0"), (name, under, f"{ratio:.1f}")):
        p50, p95 = percentile(times, 50) * 1000, percentile(times, 95) * 1000
        lost = sum(one >= PATIENCE for one in times)
        row = [title, f"{p50:.1f}", f"{p95:.1f}", f"{max(times) * 1000:.0f}", compared, str(lost)]
        say(" | ".join(row))
        yield row


def percentile(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


def read(port: int, seconds: float) -> list[float]:
    """How long one reader waited for each page; PATIENCE when it did not come."""
    times = []
    end = time.perf_counter() + seconds
    while len(times) < 2 or time.perf_counter() < end:
        began = time.perf_counter()
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            line.request("GET", PAGE, headers={"Host": HOST})
            answer = line.getresponse()
            answer.read()
            times.append(time.perf_counter() - began if answer.status == 200 else PATIENCE)
        except (OSError, http.client.HTTPException):
            times.append(PATIENCE)
        finally:
            line.close()
        time.sleep(0.01)
    return times


# Attacks: a context each, which lasts as long as the attack

type Attack = Callable[[Web], "ExitStack[None]"]


@contextmanager
def guesses_of_one_network(site: Web) -> Iterator[None]:
    """12 connections of one network post log-ins"""
    with guessing(site, lambda n: "10.1.1.1"):
        yield


@contextmanager
def guesses_of_many_networks(site: Web) -> Iterator[None]:
    """12 connections post log-ins, each try from another network"""
    with guessing(site, lambda n: f"10.{n // 256 % 256}.{n % 256}.1"):
        yield


@contextmanager
def guessing(site: Web, address: Callable[[int], str]) -> Iterator[None]:
    _status, headers, body = client.fetch(site.port, client.request("/admin/login/"))
    cookie = dict(headers)["Set-Cookie"].partition(";")[0]
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', body)
    numbers, statuses = count(), dict[int, int]()
    ended = threading.Event()

    def guess() -> bytes:
        n = next(numbers)
        fields = {
            "csrfmiddlewaretoken": token[1].decode() if token else "",
            "username": f"somebody{n}",
            "password": f"guess {n}",
        }
        return client.form("/admin/login/", fields, Cookie=cookie, X_Forwarded_For=address(n))

    def attack() -> None:
        while not ended.is_set():
            result = client.run(site.port, guess, seconds=1.0, connections=GUESSERS)
            for status, number in result.statuses.items():
                statuses[status] = statuses.get(status, 0) + number

    thread = threading.Thread(target=attack)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        say(f"   answers to guesses: {statuses}")


@contextmanager
def half_heads(site: Web) -> Iterator[None]:
    """300 connections send the head of a request a byte a second"""
    with dawdling(site, f"GET {PAGE} HTTP/1.1\r\nHost: {HOST}\r\nX-Long: ".encode()):
        yield


@contextmanager
def half_bodies(site: Web) -> Iterator[None]:
    """300 connections send the body of a form a byte a second"""
    about = f"POST /newsletter/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 5000\r\n"
    form = "Content-Type: application/x-www-form-urlencoded\r\n\r\nemail="
    with dawdling(site, (about + form).encode()):
        yield


@contextmanager
def slow_readers(site: Web) -> Iterator[None]:
    """300 connections ask for a page of 2 MB and read a byte a second"""
    with dawdling(site, f"GET /long/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode(), reads=True):
        yield


@contextmanager
def dawdling(site: Web, beginning: bytes, *, reads: bool = False) -> Iterator[None]:
    """Whoever is cut off comes again."""
    ended = threading.Event()

    def attack() -> None:
        lines: list[socket.socket] = []
        while not ended.wait(TRICKLE):
            lines = [line for line in lines if goes_on(line, reads=reads)]
            lines += [begin(site.port, beginning) for _missing in range(SLOW - len(lines))]
        for line in lines:
            line.close()

    thread = threading.Thread(target=attack)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def begin(port: int, beginning: bytes) -> socket.socket:
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    line.setblocking(False)
    line.connect_ex(("127.0.0.1", port))
    time.sleep(0.001)
    line.send(beginning)
    return line


def goes_on(line: socket.socket, *, reads: bool) -> bool:
    try:
        if not reads:
            line.send(b"x")
        return reads is False or line.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        line.close()
        return False


ATTACKS: tuple[Attack, ...] = (
    guesses_of_one_network, guesses_of_many_networks, half_heads, half_bodies, slow_readers,
)  # fmt: skip


def prepare() -> None:
    from articles.models import Article, Author, Contribution, Page

    if Article.objects.filter(slug="bench").exists():
        return
    bench = Article.objects.create(title="Bench", slug="bench", body="<p>A page.</p>" * 500)
    Contribution.objects.create(article=bench, author=Author.objects.create(name="Bench"))
    bench.publish(by=None)
    Page.objects.create(title="Long", slug="long", body=LONG)


def fill(site: Web) -> None:
    """Have the pages in the cache of each process."""
    for _time in range(40):
        for path in (PAGE, "/long/"):
            client.fetch(site.port, client.request(path))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--folder", default="", help="kept for the next time")
    parser.add_argument(
        "--only", default="", help="attacks with this in their name; keeps no table"
    )
    given = parser.parse_args()
    with scratch_folder(given.folder) as place:
        main(given.seconds, place, given.only)
