"""The page cache as it runs: two processes of four threads under load, and a PostgreSQL that comes and goes."""

import http.client
import itertools
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
from tests import migrated_database
from tests.ports import own_port
from tests.readers import reading
from tests.waiting import bring_up_again, wait_until

pytestmark = pytest.mark.real_clock

ROOT = Path(__file__).resolve().parents[2]
WORKERS, THREADS = 2, 4
PATIENCE = 300  # seconds: a busy machine is slow


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
        self.process.wait(PATIENCE)
        self.keeper.end()

    @property
    def workers(self):
        pid = self.process.pid
        return [int(pid) for pid in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def connect(self):
        return psycopg.connect(self.url, autocommit=True)

    def get(self, path):
        return self.ask(path)[:2]

    def ask(self, path):
        """Status, body, and which page this is of which process (counted_site.py)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers.get("X-Made", "")
        finally:
            connection.close()

    def status_of(self, path):
        """A function that asks for the page."""
        return lambda: self.get(path)[0]

    def fill(self, *paths):
        """Have the pages in the cache of each process: it shows the same one twice."""
        for path in paths:
            shown = Counter()

            def is_kept_by_each(path=path, shown=shown):
                shown[self.ask(path)[2]] += 1
                return self.are_all({made for made, times in shown.items() if times > 1})

            wait_until(is_kept_by_each)

    def are_all(self, made):
        return {int(page.split()[0]) for page in made if page} == set(self.workers)

    def change(self, text):
        with self.connect() as connection:
            connection.execute(
                "UPDATE articles_article SET body_html = %s WHERE slug = 'changing'",
                [f"<p>{text}</p>"],
            )

    def wait_until_fresh(self, text):
        """Until each process shows the text. None shows another one again."""
        shown = {}

        def by_each():
            _status, body, made = self.ask("/articles/changing/")
            process, is_new = made.split()[0], text.encode() in body
            assert is_new or process not in shown, "an old page after a new one"
            if is_new:
                shown[process] = made
            return self.are_all(shown.values())

        wait_until(by_each)


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
    # The main thread, its pool, the one that stores shared pages, and what libraries keep. The thread that reconnected ends in its own time.
    wait_until(lambda: max(threads(site)) <= THREADS + 4)


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
        site.wait_until_fresh("After cut 4")

    assert set(answers.counts) == {200}
    assert site.workers == workers
    assert_nothing_leaks(site)


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGKILL], ids=["restarted", "killed"])
def test_kept_pages_outlive_postgresql_and_are_fresh_again_after_it(site, way):
    site.fill(*PAGES)
    workers, numbers = site.workers, itertools.count(1)

    with reading(*map(site.status_of, PAGES)) as answers:
        os.kill(site.keeper.server.pid, way)
        site.keeper.server.wait(PATIENCE)
        answers.wait_for_more()
        # Processes of a killed server end in their own time, and answer until then.
        wait_until(lambda: site.get(f"/archive/?unknown={next(numbers)}")[0] == 503)
        bring_up_again(site.keeper)
        site.change(f"After {way.name}")
        site.wait_until_fresh(f"After {way.name}")

    assert set(answers.counts) == {200}
    assert site.workers == workers
    assert_nothing_leaks(site)
