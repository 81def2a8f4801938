"""Whether memory stays: `uv run python benchmarks/soak.py [--requests 200000] [--minutes 10] [--folder …]`.

Mixed requests to two workers: hits, pages made anew, changes, searches, comments, pages that are not there.
"""

import argparse
import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import client
import pages
import tables
from scratch_site import Web, gunicorn, say, scratch_folder, scratch_site

PORT = 9304
STEPS = 10
CACHE_MB = 24  # holds the pages that are hit, and is full soon: what still grows is something else
# Of a thousand requests; the others are hits.
MIXED = {"anew": 15, "search": 3, "comment": 3, "missing": 5, "personal": 3}


def main(requests: int, minutes: float, articles: int, folder: Path) -> None:
    with ExitStack() as stack:
        stack.enter_context(scratch_site(folder, durable=False))
        pages.prepare(articles)
        site = stack.enter_context(gunicorn(port=PORT, workers=2, PAGE_CACHE_MB=str(CACHE_MB)))
        next_request = mixed()
        warm_up(site)
        empty = site.memory("Pss")
        say(f"PSS with an empty cache: {numbers(empty)} MB")
        stack.enter_context(pages.changing())
        sizes = soak(site, next_request, requests, time.monotonic() + minutes * 60)
    shown = show(empty, sizes)
    say(shown)
    tables.keep("soak", shown)


def soak(
    site: Web, next_request: Callable[[], bytes], requests: int, end: float
) -> list[tuple[int, list[float]]]:
    """RSS of the workers after so many requests, time and again."""
    sizes: list[tuple[int, list[float]]] = []
    done = 0
    while done < requests and time.monotonic() < end:
        result = client.run(site.port, next_request, seconds=1.0)
        if any(status >= 500 for status in result.statuses):
            raise SystemExit(f"{result.statuses}")
        done += len(result.times)
        if done >= (len(sizes) + 1) * requests / STEPS:
            sizes.append((done, site.memory("Rss")))
            say(f"{done:,} requests: RSS {numbers(sizes[-1][1])} MB")
    return sizes


def show(empty: list[float], sizes: list[tuple[int, list[float]]]) -> str:
    rows = [["PSS, cache empty", *(f"{size:.0f}" for size in empty)]]
    rows += [
        [f"RSS after {done:,} requests", *(f"{size:.0f}" for size in each)] for done, each in sizes
    ]
    # The first step fills the cache, and threads begin to work.
    start, last = sizes[min(1, len(sizes) - 1)][1], sizes[-1][1]
    growth = (f"{(b / a - 1):+.1%}" for a, b in zip(start, last, strict=True))
    head = ["MB", *(f"worker {n}" for n in range(1, len(empty) + 1))]
    return tables.table(head, [*rows, ["growth since the second step", *growth]])


def warm_up(site: Web) -> None:
    """All code is read and used; what is made for one reader is not kept."""
    paths = ("/", "/articles/bench-50/", "/archive/", "/search/?q=sleep", "/feed/", "/sitemap.xml")
    for _time in range(10):
        for path in paths:
            client.fetch(site.port, client.request(path, Cookie="colophon_comments=x"))


def mixed() -> Callable[[], bytes]:
    from articles.models import Article

    dice = random.Random(3)  # noqa: S311 - of no consequence
    slugs = list(Article.objects.published().values_list("slug", flat=True)[:200])
    page = "/articles/bench-50/"
    kinds = {
        "anew": pages.anew(page, "/", "/archive/"),
        "search": pages.anew("/search/?q=sleep", "/search/?q=vitamin"),
        "comment": pages.comments(),
        "missing": pages.anew("/articles/no-such-page/"),
        "personal": pages.repeat(client.request(page, Cookie="colophon_comments=x")),
        "hit": lambda: client.request(f"/articles/{dice.choice(slugs)}/", Accept_Encoding="br"),
    }
    names, shares = list(kinds), [*MIXED.values(), 1000 - sum(MIXED.values())]
    return lambda: kinds[dice.choices(names, shares)[0]]()


def numbers(sizes: list[float]) -> str:
    return " and ".join(f"{size:.0f}" for size in sizes)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--folder", default="", help="kept for the next time")
    given = parser.parse_args()
    with scratch_folder(given.folder) as place:
        main(given.requests, given.minutes, given.articles, place)
