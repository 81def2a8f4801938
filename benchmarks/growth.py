# ruff: noqa: S311 - dice of no consequence
"""What pages cost as the site grows: `uv run python benchmarks/growth.py [--articles 100 10000 100000] [--folder …]`.

Makes a database for each number of articles, with ten times as many comments, and asks for pages of each kind in turn
through Django, without the page cache: growth is what the database and the templates make of it.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import tables
from scratch_site import CLIENT_CORE, HOST, ROOT, environment, on_servers_core, say, scratch_folder

from config.running.embedded_database import EmbeddedDatabase

ROUNDS = 5
PAGES_OF_A_KIND = 12
STEPS = (100, 10_000, 100_000)
BOUNDS = {"search": 2.0}  # of the others 1.2
DEFAULT_BOUND = 1.2


def main(steps: list[int], folder: Path) -> None:
    os.sched_setaffinity(0, {CLIENT_CORE})
    server = EmbeddedDatabase(folder / "postgresql", durable=False)
    with server.running(), ExitStack() as stack:
        askers = [stack.enter_context(asker(server, folder, step)) for step in steps]
        kinds = json.loads(ask(askers[-1], "kinds"))
        measured = {kind: medians(askers, kind) for kind in kinds}
    shown = show(steps, {kind: times for kind, times in measured.items() if all(times)})
    say(shown)
    tables.keep("growth", shown)


def medians(askers: "list[subprocess.Popen[str]]", kind: str) -> list[float]:
    """In milliseconds; the sites take turns, so that noise reaches them alike. 0: there is no such page."""
    times: list[list[float]] = [[] for _asker in askers]
    say(f"  {kind}")
    for _round in range(ROUNDS):
        for place, process in enumerate(askers):
            times[place] += json.loads(ask(process, kind))
    return [statistics.median(some) if some else 0.0 for some in times]


def show(steps: list[int], measured: dict[str, list[float]]) -> str:
    rows = []
    for kind, times in measured.items():
        growth = times[-1] / times[0]
        bound = BOUNDS.get(kind, DEFAULT_BOUND)
        held = "" if kind.startswith("admin") else ("yes" if growth <= bound else "**no**")
        # The smallest site has lists that are not full.
        last = times[-1] / times[-2]
        row = [kind, *(f"{took:.1f}" for took in times), f"{last:.2f}", f"{growth:.2f}", held]
        rows.append(row)
    head = ["page", *(f"{step:,} articles, ms" for step in steps), "growth in the last step",
            "growth in all", "within bounds"]  # fmt: skip
    return tables.table(head, rows)


def ask(process: "subprocess.Popen[str]", question: str) -> str:
    assert process.stdin and process.stdout  # noqa: S101 - pipes
    process.stdin.write(f"{question}\n")
    process.stdin.flush()
    if not (answer := process.stdout.readline()):
        raise SystemExit(f"the process for {question} ended")
    return answer


@contextmanager
def asker(server: EmbeddedDatabase, folder: Path, step: int) -> "Iterator[subprocess.Popen[str]]":
    """A process that answers on standard output how long pages of the site of this size took."""
    url = database(server, folder, step)
    process = subprocess.Popen(
        [sys.executable, __file__, "--ask"], preexec_fn=on_servers_core,
        env={**os.environ, **environment(folder, url)}, cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.communicate()


def database(server: EmbeddedDatabase, folder: Path, step: int) -> str:
    """Its address. Made and filled unless it is there."""
    import psycopg

    name = f"scale_{step}"
    url = server.url.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(server.url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).rowcount:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"
                               " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'")  # fmt: skip
    commands = [["migrate", "-v0"],
                ["load_scale", f"--articles={step}", f"--comments={step * 10}"]]  # fmt: skip
    if not (folder / "static").exists():
        commands.append(["collectstatic", "-v0", "--no-input"])
    for words in commands:
        subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, check=True,
            env={**os.environ, **environment(folder, url)},
        )  # fmt: skip
    return url


# In the process of one size


def answer_questions() -> None:
    import django
    from django.core.wsgi import get_wsgi_application

    django.setup()
    application, pages = get_wsgi_application(), kinds()
    for line in sys.stdin:
        kind = line.strip()
        if kind == "kinds":
            answer: Any = list(pages)
        elif callable(pages[kind]):
            answer = [timed(pages[kind])]
        else:
            answer = [took for page in pages[kind] if (took := request(application, *page)) > 0]
        say(json.dumps(answer))


def kinds() -> dict[str, Any]:
    """Pages (path and cookie) of each kind, or a function."""
    from articles.models import Article, Author, Topic
    from articles.reading.article_page import read_article
    from comments.models import Thread

    dice = random.Random(1)
    public = Article.objects.published()
    numbers = dice.sample(list(public.values_list("pk", flat=True)), PAGES_OF_A_KIND)
    articles = list(public.filter(pk__in=numbers))
    longest = Thread.objects.order_by("-shown").select_related("article")[0].article
    topics = list(Topic.objects.all()[:PAGES_OF_A_KIND])
    authors = list(Author.objects.in_print()[:PAGES_OF_A_KIND])
    words = ["sleep", "vitamin+sleep", "magnesium", "patient"]
    months = [f"/archive/{row.published_at:%Y/%m}/" for row in articles]
    turn = iter(range(10**9))
    public_pages = {
        "front": ["/"],
        "archive": ["/archive/"],
        "archive, further on": [f"/archive/?before={_cursor(row)}" for row in articles],
        "archive of a month": months,
        "topic": [row.get_absolute_url() for row in topics],
        "topic, further on": [
            f"{row.topic.get_absolute_url()}?before={_cursor(row)}" for row in articles
        ],
        "author": [row.get_absolute_url() for row in authors],
        "article": [row.get_absolute_url() for row in articles],
        "article with the longest thread": [longest.get_absolute_url()],
        "thread, further on": [f"{longest.get_absolute_url()}comments/?page=2"],
        "search": [f"/search/?q={word}" for word in words],
        "feed": ["/feed/"],
        "JSON feed": ["/feed.json"],
        "feed of a topic": [f"{row.get_absolute_url()}feed/" for row in topics],
        "feed of an author": [f"{row.get_absolute_url()}feed/" for row in authors],
        "sitemap": ["/sitemap.xml"],
        "sitemap file": ["/sitemap-articles-1.xml"],
        "sitemap of entrances": ["/sitemap-entrances.xml"],
        "corrections": ["/corrections/"],
    }
    pages: dict[str, Any] = {
        kind: [(path, "") for path in paths] for kind, paths in public_pages.items()
    }
    pages["article without its thread"] = lambda: read_article(
        articles[next(turn) % len(articles)].slug
    )
    cookie = _moderators_cookie()
    return pages | {kind: [(path, cookie)] for kind, path in _admin_pages().items()}


def _cursor(row: Any) -> str:
    from articles.reading.listings import cursor_of

    return cursor_of(row.published_at, row.pk)


def _admin_pages() -> dict[str, str]:
    from django.contrib import admin
    from django.urls import reverse

    return {
        f"admin: {model._meta.verbose_name_plural}": reverse(
            f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        )
        for model in admin.site._registry
        if model._meta.app_label in {"articles", "comments", "newsletter"}
    } | {"admin: index": reverse("admin:index")}


def _moderators_cookie() -> str:
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.test import Client

    account, _is_new = User.objects.get_or_create(
        username="root", defaults={"is_superuser": True, "is_staff": True}
    )
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def request(application: Any, path: str, cookie: str) -> float:
    """Milliseconds; 0 when there is no such page. Twice, and the second time counts."""
    from io import BytesIO

    from django.test import RequestFactory

    environ = RequestFactory().get(path, headers={"host": HOST}).environ | {"HTTP_COOKIE": cookie}
    statuses: list[str] = []

    def once() -> None:
        content = application(
            {**environ, "wsgi.input": BytesIO()}, lambda status, headers: statuses.append(status)
        )
        b"".join(content)
        content.close()

    once()
    took = timed(once)
    if statuses[0].startswith(("404", "3")):
        return 0.0
    if not statuses[0].startswith("200"):
        raise SystemExit(f"{path}: {statuses[0]}")
    return took


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, nargs="+", default=STEPS)
    parser.add_argument("--folder", default="", help="kept for the next time")
    parser.add_argument("--ask", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ask:
        answer_questions()
    else:
        with scratch_folder(given.folder) as place:
            main(list(given.articles), place)
