"""What a page costs, and on what: `uv run python benchmarks/page_costs.py [article front …] [--articles 1000] [--folder …]`.

Makes each page anew again and again in one process, behind the page cache. The milliseconds are CPU of this process; the
split is sampled: a timer looks at the stack, and the innermost frame that belongs to a part gets the sample.
"""

import argparse
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from types import FrameType

import pages
import tables
from scratch_site import HOST, say, scratch_folder, scratch_site

PAGES = {
    "article": "/articles/bench-50/",
    "thread": "/articles/bench-500/comments/?sort=newest",
    "front": "/",
    "topic": "",  # of the article, see below
    "author": "",
    "archive": "/archive/",
    "search": "/search/?q=sleep",
}
# The first that is found in the path of a frame's file, from the innermost frame on, has the sample.
PARTS = {
    "psycopg": ("/psycopg/", "/psycopg_binary/", "django/db/backends/"),
    "writing SQL": ("django/db/models/sql/", "django/db/models/expressions.py", "django/db/models/lookups.py", "django/db/models/query"),
    "rows": ("django/db/models/", "django/contrib/postgres/", "config/web/database/"),
    "translation": ("django/utils/translation/", "gettext.py"),
    "dates": ("django/utils/dateformat.py", "django/utils/formats.py", "django/utils/timezone.py", "zoneinfo"),
    "addresses": ("django/urls/",),
    "JSON-LD": ("articles/reading/structured_data.py",),
    "citations": ("articles/reading/citations.py",),
    "thread": ("comments/reading/thread",),
    "forms": ("django/forms/", "crispy_forms/", "config/web/requests/bot_traps.py"),
    "templates": ("django/template/", "django/templatetags/", "django/utils/html.py", "django/utils/text.py", "/templatetags/"),
}  # fmt: skip
PART_SECONDS = 0.001


def main(names: list[str], seconds: float, articles: int, folder: Path) -> None:
    with scratch_site(folder):
        pages.prepare(articles)
        costs = {name: Cost(path, seconds) for name, path in paths(names).items()}
    rows = [["CPU ms", *(f"{cost.milliseconds:.2f}" for cost in costs.values())]]
    rows += [["statements", *(str(cost.statements) for cost in costs.values())]]
    for part in [*PARTS, "rest"]:
        rows.append([part, *(f"{cost.of(part):.2f}" for cost in costs.values())])
    say(tables.table(("", *costs), rows))


def paths(names: list[str]) -> dict[str, str]:
    from articles.models import Article

    article = Article.objects.select_related("topic").get(slug="bench-50")
    of_article = {
        "topic": article.topic.get_absolute_url() if article.topic else "/",
        "author": article.writers[0].get_absolute_url(),
    }
    return {name: of_article.get(name, PAGES[name]) for name in names}


class Cost:
    """One page, made for `seconds` twice: first to count CPU, then to see where it goes."""

    def __init__(self, path: str, seconds: float) -> None:
        make = maker(path)
        for _time in range(20):
            make()
        self.statements = statements_of(make)
        began, pages_made = time.process_time(), 0
        while time.process_time() - began < seconds:
            make()
            pages_made += 1
        self.milliseconds = (time.process_time() - began) * 1000 / pages_made
        self.samples = sampled(make, seconds)

    def of(self, part: str) -> float:
        """Milliseconds for one page."""
        return self.milliseconds * self.samples[part] / self.samples.total()


def maker(path: str) -> Callable[[], None]:
    """A function that makes the page anew, as for a reader without cookies."""
    from config.web.cache.page_cache import anonymous_request, read_all
    from config.wsgi import application

    numbers, mark = count(), "&" if "?" in path else "?"
    place, _mark, query = path.partition("?")

    def make() -> None:
        given = f"{query}{mark if query else ''}n={next(numbers)}"
        environ = anonymous_request(("http", HOST, place, given))
        started: list[str] = []
        body = read_all(application(environ, lambda status, *_more: started.append(status)))
        if started != ["200 OK"]:
            raise SystemExit(f"{path}: {started} {body[:2000].decode()}")

    return make


def statements_of(make: Callable[[], None]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    connection.ensure_connection()
    with CaptureQueriesContext(connection) as queries:
        make()
    return len(queries)


def sampled(make: Callable[[], None], seconds: float) -> Counter[str]:
    samples: Counter[str] = Counter()

    def look(_signal: int, frame: FrameType | None) -> None:
        samples[next(filter(None, map(part_of, frames(frame))), "rest")] += 1

    signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, PART_SECONDS, PART_SECONDS)
    began = time.process_time()
    while time.process_time() - began < seconds:
        make()
    signal.setitimer(signal.ITIMER_PROF, 0)
    return samples


def frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def part_of(frame: FrameType) -> str:
    file = frame.f_code.co_filename
    return next(
        (part for part, places in PARTS.items() if any(place in file for place in places)), ""
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(PAGES)}; all when none is named")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--folder", default="", help="kept for the next time")
    given = parser.parse_args()
    with scratch_folder(given.folder) as home:
        main(given.names or list(PAGES), given.seconds, given.articles, home)
