# ruff: noqa: S311 - dice of no consequence
"""What pages cost as the site grows: `uv run python benchmarks/growth.py [--articles 100 10000 100000] [--folder …]`.

Makes a database for each number of articles, with ten times as many comments, and asks for pages of each kind in turn
through Django, without the page cache. Counts CPU: of the process, and of PostgreSQL's process that serves it.

Pages of the same kind show as much at each size: the smallest sites get a topic, a person and a month with full lists. What
cannot be as large there, such as a file of the sitemap, may grow as the page does, by its KB.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import tables
from scratch_site import CLIENT_CORE, HOST, ROOT, environment, on_servers_core, say, scratch_folder

from config.running.embedded_database import EmbeddedDatabase

ROUNDS = 5
PAGES_OF_A_KIND = 12
STEPS = (100, 10_000, 100_000)
BOUNDS = {"search": 1.5}  # of the others 1.2
DEFAULT_BOUND = 1.2
FULL = 25  # articles, more than the first page of a list or a feed shows
# Sites with fewer articles get full lists.
GATHERED_BELOW = 10_000
GATHER = """
UPDATE articles_article SET topic_id = (SELECT min(id) FROM articles_topic) WHERE id % 3 = 0;
UPDATE articles_article SET published_at = '2020-03-01 12:00Z'::timestamptz + (id % 10000) * interval '1 minute'
    WHERE id % 3 = 1 AND status = 'published';
DELETE FROM articles_contribution WHERE author_id = (SELECT min(id) FROM articles_author);
UPDATE articles_contribution SET author_id = (SELECT min(id) FROM articles_author)
    WHERE article_id % 3 = 2 AND part = 'author' AND position = 0;
UPDATE articles_contribution SET author_id = (SELECT min(id) FROM articles_author)
    WHERE article_id % 3 < 2 AND part = 'reviewer';
ANALYZE;
"""

# Milliseconds of CPU of the process and of PostgreSQL, and KB of the answer.
type Cost = tuple[float, float, float]


def main(steps: list[int], folder: Path) -> None:
    os.sched_setaffinity(0, {CLIENT_CORE})
    server = EmbeddedDatabase(folder / "postgresql", durable=False)
    with server.running(), ExitStack() as stack:
        askers = [stack.enter_context(asker(server, folder, step)) for step in steps]
        kinds = json.loads(ask(askers[-1], "kinds"))
        measured = {kind: costs(askers, kind) for kind in kinds}
    shown = show(steps, {kind: sites for kind, sites in measured.items() if all(sites)})
    say(shown)
    tables.keep("growth", shown)


def costs(askers: "list[subprocess.Popen[str]]", kind: str) -> list[Cost | None]:
    """For each site; None: there is no such page. The sites take turns, so that noise reaches them alike."""
    turns: list[list[list[Cost]]] = [[] for _asker in askers]
    say(f"  {kind}")
    for _round in range(ROUNDS):
        for place, process in enumerate(askers):
            turns[place].append(json.loads(ask(process, kind)))
    return [mean_of_the_least(site) for site in turns]


def mean_of_the_least(turns: list[list[Cost]]) -> Cost | None:
    """The least of all turns for each page, because noise only adds; of all pages the mean."""
    pages = [tuple(map(min, zip(*page, strict=True))) for page in zip(*turns, strict=True)]
    if not pages:
        return None
    process, database, size = (sum(column) / len(pages) for column in zip(*pages, strict=True))
    return process, database, size


def show(steps: list[int], measured: dict[str, list[Any]]) -> str:
    rows = []
    for kind, sites in measured.items():
        process, database, size = zip(*sites, strict=True)
        growth, larger = (sum(sites[-1][:2]) / sum(sites[0][:2]), size[-1] / size[0])
        bound = BOUNDS.get(kind, DEFAULT_BOUND) * max(1, larger)
        held = "" if kind.startswith("admin") else ("yes" if growth <= bound else "**no**")
        cells = [" · ".join(f"{one:.1f}" for one in ones) for ones in (size, process, database)]
        rows.append([kind, *cells, f"{larger:.2f}", f"{growth:.2f}", held])
    head = ["of " + " · ".join(f"{step:,}" for step in steps) + " articles", "KB", "CPU, ms", "of PostgreSQL, ms",
            "growth of KB", "growth of both CPU", "within bounds"]  # fmt: skip
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
        there = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount
        if not there:
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
    if not there and step < GATHERED_BELOW:
        with psycopg.connect(url) as connection:
            connection.execute(GATHER)
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
        else:
            answer = [cost for page in pages[kind] if (cost := request(application, *page))]
        say(json.dumps(answer))


def kinds() -> dict[str, Any]:
    """Pages (path and cookie) of each kind."""
    from articles.models import Article, Author, Topic
    from articles.reading.listings import ARCHIVE_SIZE, LIST_SIZE
    from comments.models import Thread

    dice = random.Random(1)
    newest = Article.objects.published().newest_first()

    def some(rows: Any, *, but_last: int = 0) -> list[Any]:
        """Of articles. There is a full page after each but the last ones."""
        found = list(rows.only("slug", "published_at"))
        found = found[: len(found) - but_last]
        return dice.sample(found, min(len(found), PAGES_OF_A_KIND))

    articles, months = some(newest), defaultdict(int)
    for at in newest.values_list("published_at", flat=True):
        months[f"/archive/{at:%Y/%m}/"] += 1
    longest = Thread.objects.order_by("-shown").select_related("article")[0].article
    topics = full(Topic.objects.with_published_counts())
    authors = full(Author.objects.with_published_counts())
    words = ["sleep", "vitamin+sleep", "magnesium", "patient"]
    public_pages = {
        "front": ["/"],
        "archive": ["/archive/"],
        "archive, further on": [
            f"/archive/?before={_cursor(row)}" for row in some(newest, but_last=ARCHIVE_SIZE + 1)
        ],
        "archive of a month": [path for path, number in months.items() if number > ARCHIVE_SIZE][
            :PAGES_OF_A_KIND
        ],
        "topic": [row.get_absolute_url() for row in topics],
        "topic, further on": [
            f"{topics[0].get_absolute_url()}?before={_cursor(row)}"
            for row in some(newest.filter(topic=topics[0]), but_last=LIST_SIZE + 1)
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
    cookie = _moderators_cookie()
    return pages | {kind: [(path, cookie)] for kind, path in _admin_pages().items()}


def full(rows: Any) -> list[Any]:
    """Some of the topics or people with enough articles."""
    return [row for row in rows if row.published_count >= FULL][:PAGES_OF_A_KIND]


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


def request(application: Any, path: str, cookie: str) -> Cost | None:
    """None when there is no such page. Twice, and the second time counts."""
    from io import BytesIO

    from django.db import connection
    from django.test import RequestFactory

    environ = RequestFactory().get(path, headers={"host": HOST}).environ | {"HTTP_COOKIE": cookie}
    statuses: list[str] = []

    def once() -> int:
        content = application(
            {**environ, "wsgi.input": BytesIO()}, lambda status, headers: statuses.append(status)
        )
        body = b"".join(content)
        content.close()
        return len(body)

    once()
    connection.ensure_connection()
    server = connection.connection.info.backend_pid
    process, database = time.process_time(), cpu_seconds(server)
    size = once()
    process, database = time.process_time() - process, cpu_seconds(server) - database
    if statuses[0].startswith(("404", "3")):
        return None
    if not statuses[0].startswith("200"):
        raise SystemExit(f"{path}: {statuses[0]}")
    return process * 1000, database * 1000, size / 1000


def cpu_seconds(pid: int) -> float:
    """What a process has used so far, to the microsecond."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


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
