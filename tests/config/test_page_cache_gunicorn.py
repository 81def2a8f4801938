"""The page cache as it runs: two processes of four threads under load, and a PostgreSQL that comes and goes."""

import http.client
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from config.running.embedded_database import EmbeddedDatabase, Keeper
from config.running.postgres_programs import EmbeddedDatabaseError
from tests import migrated_database
from tests.ports import own_port
from tests.readers import reading
from tests.waiting import unhindered_seconds, wait_until

pytestmark = pytest.mark.real_clock

ROOT = Path(__file__).resolve().parents[2]
WORKERS, THREADS = 2, 4


class Site:
    """A database server and a gunicorn of their own."""

    def __init__(self, folder, port):
        self.folder, self.port = folder, port
        self.notes = folder / "notes"
        self.notes.touch()
        server = EmbeddedDatabase(folder / "postgresql", durable=False)
        self.url = migrated_database.bring(server)
        self.keeper = Keeper(server)
        self.keeper.bring_up()
        self.environment = os.environ | {
            "DATABASE_URL": self.url, "VAR_DIR": str(folder), "NOTES": str(self.notes),
            "ALLOWED_HOSTS": "127.0.0.1", "DEBUG": "1", "PYTHONWARNINGS": "default",
        }  # fmt: skip

    def prepare(self):
        self.run("load_scale", "--articles=20", "--comments=20")
        with self.connect() as connection:
            connection.execute("UPDATE articles_article SET slug = 'changing' WHERE id = 1")
            connection.execute("UPDATE articles_article SET slug = 'slow' WHERE id = 2")

    def run(self, *words):
        subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=self.environment,
                       check=True, stdout=subprocess.DEVNULL)  # fmt: skip

    def start(self):
        from config.management.commands.serve import gunicorn

        words = gunicorn("127.0.0.1", self.port, WORKERS)
        words[words.index("config.wsgi")] = "tests.config.counted_site"
        self.process = subprocess.Popen(words, cwd=ROOT, env=self.environment)
        wait_until(self.is_up)

    def is_up(self):
        with suppress(OSError):
            return self.get("/articles/changing/")[0] == 200 and len(self.workers) == WORKERS

    def stop(self):
        self.process.terminate()
        self.process.wait(60)
        self.keeper.end()

    @property
    def workers(self):
        pid = self.process.pid
        return [int(pid) for pid in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def connect(self):
        return psycopg.connect(self.url, autocommit=True)

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def status_of(self, path):
        """A function that asks for the page."""
        return lambda: self.get(path)[0]

    def fill(self, *paths):
        """Have the pages in the cache of each process."""
        for path in paths * 40:
            self.get(path)

    def change(self, text):
        with self.connect() as connection:
            connection.execute(
                "UPDATE articles_article SET body_html = %s WHERE slug = 'changing'",
                [f"<p>{text}</p>"],
            )

    def is_fresh_within(self, seconds, text):
        """Whether all answers are new by then; a few in a row, so that both processes are asked."""
        end = unhindered_seconds() + seconds
        while unhindered_seconds() < end:
            if all(text.encode() in self.get("/articles/changing/")[1] for _time in range(12)):
                return True
        return False


@pytest.fixture(scope="module")
def site(open_folder):
    with own_port() as port:
        site = Site(open_folder, port)
        try:
            site.prepare()
            site.start()
            yield site
        finally:
            site.stop()


def connections(site):
    with site.connect() as connection:
        rows = connection.execute(
            "SELECT application_name = 'colophon change feed', count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() GROUP BY 1"
        )
        return {"feed" if is_feed else "others": number for is_feed, number in rows.fetchall()}


def threads(site):
    return [len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in site.workers]


def assert_nothing_leaks(site):
    wait_until(lambda: connections(site).get("feed") == WORKERS)
    # What asks is a connection, too, and takes a moment to be gone.
    wait_until(lambda: connections(site).get("others", 0) <= WORKERS * THREADS)
    # The main thread, its pool, and what libraries keep.
    assert max(threads(site)) <= THREADS + 3


PAGES = ("/", "/articles/changing/", "/feed/")


def test_fifty_at_once_cost_each_process_one_rendering(site):
    answers = []
    crowd = [
        threading.Thread(target=lambda: answers.append(site.get("/articles/slow/")[0]))
        for _reader in range(50)
    ]
    for reader in crowd:
        reader.start()
    for reader in crowd:
        reader.join()

    makers = Counter(
        line.split()[0] for line in site.notes.read_text().splitlines() if "slow" in line
    )
    assert answers == [200] * 50
    assert set(makers.values()) == {1}
    assert len(makers) <= WORKERS


def test_readers_notice_nothing_when_feeds_are_cut_off(site):
    site.fill(*PAGES)
    workers = site.workers

    with reading(*map(site.status_of, PAGES)) as answers:
        for number in range(5):
            with site.connect() as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = 'colophon change feed'"
                )
            answers.wait_for_more()
            site.change(f"After cut {number}")
        fresh = site.is_fresh_within(1, "After cut 4")

    assert set(answers.counts) == {200}
    assert fresh
    assert site.workers == workers
    assert_nothing_leaks(site)


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGKILL], ids=["restarted", "killed"])
def test_kept_pages_outlive_postgresql_and_are_fresh_again_after_it(site, way):
    site.fill(*PAGES)
    workers = site.workers

    with reading(*map(site.status_of, PAGES)) as answers:
        os.kill(site.keeper.server.pid, way)
        site.keeper.server.wait(60)
        answers.wait_for_more()
        missed = site.get("/archive/?unknown=1")[0]
        bring_up(site)
        site.change(f"After {way.name}")
        fresh = site.is_fresh_within(1, f"After {way.name}")

    assert set(answers.counts) == {200}
    assert missed == 503
    assert fresh
    assert site.workers == workers
    assert_nothing_leaks(site)


def bring_up(site):
    def is_back():
        with suppress(EmbeddedDatabaseError):  # processes of the dead server are still at work
            site.keeper.bring_up()
            return True

    wait_until(is_back)
