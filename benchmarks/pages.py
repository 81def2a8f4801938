# ruff: noqa: S311 - dice of no consequence; a script talks to its caller
"""What a page costs: `uv run python benchmarks/pages.py [--seconds 3] [--articles 1000] [--folder …]`.

One gunicorn worker on one core answers a constant page (the yardstick) and the site's own pages in turn; the client and
PostgreSQL have another core. Writes the table of docs/performance.md.
"""

import argparse
import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path

import client
import tables
from scratch_site import Web, gunicorn, say, scratch_folder, scratch_site

YARDSTICK_PORT, SITE_PORT, EVENT_LOOP_PORT, SHARED_PORT = 9301, 9302, 9303, 9304
PAGE_BYTES = 57_000
THREADS = {"bench-50": 50, "bench-500": 500}  # comments of the article of this slug
SHARED = tuple(f"/articles/{slug}/" for slug in THREADS)
CHANGES_A_SECOND = 10
HEAD = (
    "", "requests/s", "ratio", "p50 ms", "p99 ms", "CPU ms", "CPU ratio", "core busy",
)  # fmt: skip
# Counted as ever, and set back at once: a benchmark is a flood.
NO_LIMITS = """
    CREATE OR REPLACE FUNCTION benchmark_no_limits() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.count := 1; RETURN NEW; END $$;
    CREATE OR REPLACE TRIGGER benchmark_no_limits BEFORE UPDATE ON web_ratelimit
        FOR EACH ROW EXECUTE FUNCTION benchmark_no_limits();
"""


@dataclass(frozen=True)
class Case:
    """One row: what is asked of which server. Its answers must have `status`."""

    name: str
    web: Web
    next_request: Callable[[], bytes]
    status: int = 200
    connections: int = 8


@dataclass(frozen=True)
class Measured:
    case: Case
    result: client.Result
    cpu_seconds: float

    @property
    def cpu(self) -> float:
        """Milliseconds for one request."""
        return self.cpu_seconds * 1000 / len(self.result.times)

    @property
    def busy(self) -> float:
        return self.cpu_seconds / self.result.seconds


def main(seconds: float, articles: int, folder: Path) -> None:
    with ExitStack() as stack:
        stack.enter_context(scratch_site(folder))
        prepare(articles)
        site = stack.enter_context(gunicorn(port=SITE_PORT))
        answer = folder / "yardstick.json"
        keep_answer(answer)
        yardstick = stack.enter_context(
            gunicorn("benchmarks.yardstick", port=YARDSTICK_PORT, YARDSTICK=str(answer))
        )
        event_loop = stack.enter_context(
            gunicorn(
                "benchmarks.yardstick:event_loop", port=EVENT_LOOP_PORT, YARDSTICK=str(answer),
                options=["--worker-class", "asgi", "--threads", "1"],
            )
        )  # fmt: skip
        # A process without memory of its own takes each page from the others.
        forgetful = stack.enter_context(gunicorn(port=SHARED_PORT, PAGE_CACHE_MB="0"))
        shared = Case(
            "from the shared level",
            forgetful,
            in_turn(*SHARED, Accept_Encoding="br"),
            connections=2,
        )
        time.sleep(2.5)  # a form that is sent at once is refused
        constant = Case("constant ASGI application", event_loop, repeat(client.request("/")))
        rows = [
            row for row, _ratio in compare(yardstick, [constant, *cases(site), shared], seconds)
        ]
    shown = tables.table(HEAD, rows)
    say(f"\n{shown}")
    tables.keep("pages", shown)


def compare(
    yardstick: Web, all_cases: list[Case], seconds: float
) -> Iterator[tuple[list[str], float]]:
    """The cells of each row and its ratio; a constant page before and after each."""
    constant = Case("constant WSGI application", yardstick, repeat(client.request("/")))
    measure(constant, 1.0)
    before = measure(constant, seconds / 2)
    yield cells(before, [before]), 1.0
    for case in all_cases:
        with changing() if "changes" in case.name else ExitStack():
            measure(case, 1.0)
            measured = measure(case, seconds)
        after = measure(constant, seconds / 2)
        row = cells(measured, [before, after])
        say(" | ".join(row))
        yield row, float(row[2])
        before = after


def measure(case: Case, seconds: float) -> Measured:
    used = case.web.cpu_seconds()
    result = client.run(
        case.web.port, case.next_request, seconds=seconds, connections=case.connections
    )
    wrong = set(result.statuses) - {case.status}
    if wrong:
        status, _headers, body = client.fetch(case.web.port, case.next_request())
        raise SystemExit(f"{case.name}: {result.statuses}; now {status} {body[:3000].decode()}")
    return Measured(case, result, case.web.cpu_seconds() - used)


def cells(measured: Measured, yardsticks: list[Measured]) -> list[str]:
    per_second = sum(one.result.per_second for one in yardsticks) / len(yardsticks)
    cpu = sum(one.cpu for one in yardsticks) / len(yardsticks)
    p50, p99 = measured.result.milliseconds
    return [
        measured.case.name,
        f"{measured.result.per_second:,.0f}",
        f"{measured.result.per_second / per_second:.3f}",
        f"{p50:.1f}",
        f"{p99:.1f}",
        f"{measured.cpu:.3f}",
        f"{measured.cpu / cpu:.2f}",
        f"{measured.busy:.0%}",
    ]


def cases(site: Web) -> list[Case]:
    """All rows. Another server of the same pages is another `Web`, with the same requests."""
    from articles.models import Topic

    few, many = ("/articles/bench-50/", "/articles/bench-500/")
    topic = Topic.objects.get(articles__slug="bench-50").get_absolute_url()
    etag = dict(client.fetch(site.port, client.request(few))[1])["ETag"]
    words = ("sleep", "vitamin", "patient", "magnesium", "coffee", "iron")
    return [
        Case("hit", site, repeat(client.request(few))),
        Case("hit, br", site, repeat(client.request(few, Accept_Encoding="br, gzip"))),
        Case("hit, 304", site, repeat(client.request(few, If_None_Match=etag)), 304),
        Case("hit, while another page changes 10 times a second", site, repeat(client.request(few))),
        Case("made anew, 50 comments", site, anew(few), connections=4),
        Case("made anew, 50 comments, br", site, anew(few, Accept_Encoding="br"), connections=4),
        Case("made anew, 500 comments", site, anew(many), connections=4),
        Case("made anew, front page", site, anew("/"), connections=4),
        Case("made anew, topic", site, anew(topic), connections=4),
        Case("made anew, archive", site, anew("/archive/"), connections=4),
        Case("made anew, search", site, anew(*(f"/search/?q={word}" for word in words)), connections=4),
        Case("comment post", site, comments(), 303, connections=4),
        Case("newsletter signup", site, signups(), 303, connections=4),
    ]  # fmt: skip


def repeat(message: bytes) -> Callable[[], bytes]:
    return lambda: message


def in_turn(*paths: str, **headers: str) -> Callable[[], bytes]:
    messages = cycle(client.request(path, **headers) for path in paths)
    return lambda: next(messages)


def anew(*paths: str, **headers: str) -> Callable[[], bytes]:
    """The page under an address that nobody asked for before."""
    numbers, turn = count(), cycle(paths)

    def next_request() -> bytes:
        path = next(turn)
        mark = "&" if "?" in path else "?"
        return client.request(f"{path}{mark}n={next(numbers)}", **headers)

    return next_request


def comments() -> Callable[[], bytes]:
    """Each of another writer from another network, under other articles than those that are measured."""
    from articles.models import Article

    slugs = cycle(Article.objects.published().order_by("pk").values_list("slug", flat=True)[:200])
    numbers, stamp = count(), stamp_of_form()

    def next_request() -> bytes:
        n = next(numbers)
        fields = {
            "name": f"Reader {n}",
            "email": f"writer{n}@example.org",
            "body": f"This is comment {n}, which says what sixty words of text would say. " * 4,
            "rendered": stamp,
        }
        return client.form(f"/articles/{next(slugs)}/comments/", fields, X_Forwarded_For=address(n))

    return next_request


def signups() -> Callable[[], bytes]:
    numbers, stamp, run = count(), stamp_of_form(), int(time.time())

    def next_request() -> bytes:
        n = next(numbers)
        fields = {"email": f"reader{run}-{n}@example.org", "page": "/", "rendered": stamp}
        return client.form("/newsletter/", fields, X_Forwarded_For=address(n))

    return next_request


def address(n: int) -> str:
    return f"10.{n // 65536 % 256}.{n // 256 % 256}.{n % 256}" if n else "10.0.0.1"


def stamp_of_form() -> str:
    from config.web.requests.bot_traps import BotTrapMixin

    return BotTrapMixin().initial["rendered"]


@contextmanager
def changing() -> Iterator[None]:
    """The text of an article that is on no measured page changes again and again."""
    from django.db import connection

    from articles.models import Article

    other = Article.objects.published().filter(slug__startswith="bench-other").values_list("pk")
    (pk,) = other[0]
    ended = threading.Event()

    def change() -> None:
        for n in count():
            if ended.wait(1 / CHANGES_A_SECOND):
                break
            Article.objects.filter(pk=pk).update(body_html=f"<p>Changed {n} times.</p>")
        connection.close()

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def prepare(articles: int) -> None:
    """Some publication around the articles that are measured."""
    from django.db import connection

    from articles.models import Article
    from config.demo.scale.loading import load, tidy
    from config.demo.scale.words import Words

    with connection.cursor() as cursor:
        cursor.execute(NO_LIMITS)
    if Article.objects.filter(slug="bench-50").exists():
        return
    if load(articles=articles, comments=articles * 10, say=say):
        tidy()
    words = Words(random.Random(8))
    sample = Article.objects.published().select_related("topic").latest("published_at")
    for slug, number in THREADS.items():
        make_article(words, slug, number, sample)
    # Long ago, so that it is nobody's neighbour.
    other = make_article(words, "bench-other", 0, sample)
    Article.objects.filter(pk=other.pk).update(published_at="2010-01-01T00:00Z", topic=None)
    fill_up("bench-50", words)


def make_article(words, slug, comments_wanted, sample):  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from articles.models import Article, Author, Contribution
    from comments.models import Comment

    article = Article.objects.create(
        title=words.title(), slug=slug, topic=sample.topic, body=f"<p>{words.sentences()}</p>"
    )
    Contribution.objects.create(article=article, author=Author.objects.earliest("pk"))
    article.publish(by=None)
    now = timezone.now()
    for n in range(comments_wanted):
        Comment.objects.create(
            article=article, name=words.name(), email=f"bench{n}@example.org",
            body=f"{n}. {words.sentences()}", status="approved", decided_at=now,
        )  # fmt: skip
    return article


def fill_up(slug: str, words) -> None:  # type: ignore[no-untyped-def]
    """Give both articles as much text as makes the page of `slug` as large as it is to be."""
    from django.test import Client
    from scratch_site import HOST

    from articles.models import Article

    bodies = [f"<p>{words.paragraph()}</p>" for _number in range(200)]
    size = len(Client(headers={"host": HOST}).get(f"/articles/{slug}/").content)
    body = "<h2>First part</h2>"
    while size + len(body) < PAGE_BYTES and bodies:
        body += bodies.pop()
    for article in Article.objects.filter(slug__in=THREADS):
        article.body = body
        article.save()


def keep_answer(path: Path) -> None:
    """What the yardstick answers: the article's page as the cache gives it."""
    for _time in range(2):
        status, headers, body = client.fetch(SITE_PORT, client.request("/articles/bench-50/"))
    kept = [
        (name, value)
        for name, value in headers
        if name.lower() not in {"date", "server", "connection"}
    ]
    path.write_text(json.dumps({"headers": kept, "body": body.decode()}))
    say(f"The page: {status}, {len(body):,} bytes, {len(kept)} headers of ours.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--folder", default="", help="kept for the next time")
    given = parser.parse_args()
    with scratch_folder(given.folder) as place:
        main(given.seconds, given.articles, place)
