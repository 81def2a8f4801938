# ruff: noqa: S311 - dice of no consequence
"""The site of benchmarks/faults.py: nginx, web, worker, PostgreSQL and a mail server, a load, and what became of it."""

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from config.running.child_processes import stop_with_parent
from config.running.embedded_database import EmbeddedDatabase
from config.running.postgres_programs import EmbeddedDatabaseError
from tests import migrated_database, production
from tests.newsletter.smtp_sink import Sink, running
from tests.production import ROOT, command_of, nginx, web_service

ARTICLES = 20
RESTART_SECONDS = 2  # RestartSec of the units
READERS = 4
GOOD = {200, 303, 304}
KEPT = ("/", "/articles/article-7/")


class Site:
    """All processes of a machine. Those that die are started again, as systemd does it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.sink = stack.enter_context(running(Sink()))
        self.server = EmbeddedDatabase(folder / "postgresql")
        self.url = migrated_database.bring(self.server)
        self.database = stack.enter_context(self.server.running())
        self.environment = production.settings(
            folder, self.url, MAIL_URL=f"smtp+plain://127.0.0.1:{self.sink.port}",
            SECRET_KEY="benchmark" * 8, DJANGO_SETTINGS_MODULE="config.settings", DEBUG="1",
        )  # fmt: skip
        os.environ |= self.environment
        self._prepare()
        self.worker: subprocess.Popen[bytes]
        self.start_worker()
        self.web = stack.enter_context(web_service(self.environment, folder / "web.log"))
        stack.callback(lambda: self.worker.kill())
        self.nginx = stack.enter_context(
            nginx(folder / "nginx", upstream=self.web.port, var=folder)
        )
        self.is_kept_up = True
        self._ended = threading.Event()
        keeper = threading.Thread(target=self._keep_up, daemon=True)
        keeper.start()
        stack.callback(keeper.join)
        stack.callback(self._ended.set)

    def _prepare(self) -> None:
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        from pages import NO_LIMITS

        from tests import factories

        call_command("release_mail", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute(NO_LIMITS)
        for number in range(ARTICLES):
            factories.published_article(slug=f"article-{number}", days_ago=number + 1)

    def start_worker(self) -> None:
        with (self.folder / "worker.log").open("ab") as log:
            self.worker = subprocess.Popen(
                command_of("colophon-worker.service"), cwd=ROOT, env=self.environment, stdout=log, stderr=log,
                preexec_fn=stop_with_parent(signal.SIGTERM),
            )  # fmt: skip

    def _keep_up(self) -> None:
        while not self._ended.wait(0.2):
            if not self.is_kept_up:
                continue
            if self.worker.poll() is not None and not self._ended.wait(RESTART_SECONDS):
                self.start_worker()
            if self.web.process.poll() is not None and not self._ended.wait(RESTART_SECONDS):
                self.web.start()
            if not self.database.is_up():
                with suppress(EmbeddedDatabaseError, OSError):
                    self.database.bring_up()

    def rows(self, statement: str, *values: object) -> list[tuple]:
        from django.db import connection, connections

        connections.close_all()
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()


class Load:
    """Readers, commenters and subscribers who ask through nginx all the time."""

    def __init__(self, site: Site) -> None:
        import pages

        self.site = site
        self.stamp = pages.stamp_of_form()
        self.run = f"{time.time():.0f}"
        self.asked: list[
            tuple[float, float, str, object]
        ] = []  # began, ended, kind, status or error
        self.comments: list[str] = []
        self.signups: list[str] = []
        self._ended = threading.Event()

    @contextmanager
    def going_on(self) -> Iterator[None]:
        acts: list[Callable[[int], None]] = [self.read] * READERS + [self.comment, self.sign_up]
        threads = [
            threading.Thread(target=self._repeat, args=[act, n]) for n, act in enumerate(acts)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ended.set()
            for thread in threads:
                thread.join()

    def _repeat(self, act: Callable[[int], None], reader: int) -> None:
        number = 0
        while not self._ended.wait(0.03 if act == self.read else 0.2):
            number += 1
            act(number * 10 + reader)

    def _ask(self, kind: str, path: str, **more) -> object:
        began = time.monotonic()
        try:
            said: object = self.site.nginx.ask(path, **more).status
        except OSError as error:
            said = type(error).__name__
        self.asked.append((began, time.monotonic(), kind, said))
        return said

    def read(self, number: int) -> None:
        slug = random.choice(
            [
                *KEPT,
                f"/archive/?n={number}",
                f"/articles/article-7/?n={number}",
            ]
        )
        self._ask("kept" if "?" not in slug else "made", slug)

    def comment(self, number: int) -> None:
        name = f"run {self.run} comment {number}"
        fields = {
            "name": "Reader",
            "email": f"writer{number}@example.org",
            "body": f"This is {name}, of some length.",
            "rendered": self.stamp,
        }
        if self._form("/articles/article-7/comments/", fields) == 303:
            self.comments.append(name)

    def sign_up(self, number: int) -> None:
        address = f"reader{self.run}-{number}@example.org"
        if (
            self._form("/newsletter/", {"email": address, "page": "/", "rendered": self.stamp})
            == 303
        ):
            self.signups.append(address)

    def _form(self, path: str, fields: dict[str, str]) -> object:
        return self._ask(
            "form", path, method="POST", body=urlencode(fields).encode(), Sec_Fetch_Site="same-origin",
            Content_Type="application/x-www-form-urlencoded",
        )  # fmt: skip

    # What became of it

    def failed(self) -> list[tuple[float, float, str, object]]:
        return [one for one in self.asked if one[3] not in GOOD]

    def seen(self) -> str:
        failed = Counter(f"{one[3]} ({one[2]})" for one in self.failed())
        slowest = max((ended - began for began, ended, *_rest in self.asked), default=0)
        said = ", ".join(f"{number} × {name}" for name, number in failed.most_common()) or "nothing"
        return f"{said} of {len(self.asked)}; slowest {slowest:.1f} s"

    def is_quiet(self, seconds: float) -> bool:
        """Whether there were answers, and good ones only, for so long."""
        since = time.monotonic() - seconds
        recent = [one for one in self.asked if one[1] > since]
        return len(recent) > 5 and all(one[3] in GOOD for one in recent)

    def lost_and_doubled(self) -> tuple[int, int]:
        """Of what was acknowledged: comments and subscribers without a row, and those with two."""
        bodies = Counter(
            found[0]
            for (body,) in self.site.rows(
                "SELECT body FROM comments_comment WHERE body LIKE %s", f"%run {self.run} %"
            )
            if (found := re.search(r"run \d+ comment \d+", body))
        )
        known = {
            email
            for (email,) in self.site.rows(
                "SELECT email FROM newsletter_subscriber WHERE email LIKE %s", f"reader{self.run}-%"
            )
        }
        lost = [name for name in self.comments if name not in bodies]
        lost += [address for address in self.signups if address not in known]
        return len(lost), sum(number - 1 for number in bodies.values())

    def mails(self) -> Counter[str]:
        """How often each subscriber got the mail to confirm."""
        found = (
            re.search(rf"reader{self.run}-\d+@example\.org", to)
            for _sender, to in list(self.site.sink.envelopes)
        )
        return Counter(one[0] for one in found if one)

    def missing_mails(self) -> int:
        return len(set(self.signups) - set(self.mails()))

    def mails_are_there(self) -> bool:
        return not self.missing_mails()


def wait_for(condition: Callable[[], object], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(Exception):  # the database may be away
            if condition():
                return True
        time.sleep(0.1)
    return False
