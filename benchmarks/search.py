# ruff: noqa: S311, T201 - dice of no consequence; a script talks to its caller
"""How long a search takes among many articles: `uv run python benchmarks/search.py [articles] [folder]`.

Makes a PostgreSQL of its own in `folder` (default: a temporary one), fills it once, and asks each kind of query many
times over, through the view and its template.
"""

import os
import random
import re
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from config.running.embedded_database import EmbeddedDatabase

ROUNDS = 20
PARAGRAPHS_AN_ARTICLE = 7  # of 100 words
QUERIES = {
    "common (half of all)": ["sleep", "patients", "sleeping"],
    "rare": [],
    "two words": ["sleep vitamin", "magnesium coffee", "iron patient"],
    "two common words": ["sleep patient"],
    "either word": ["magnesium or coffee", "sleep or vitamin"],
    "without a word": ["sleep -patient", "vitamin -sleep"],
    "phrase": ['"magnesium sleep"', '"vitamin coffee"'],
    "phrase of common words": ['"sleep patient"', '"patient vitamin"'],
    "mistyped": ["magnezium", "slep coffee", "vitamine magnezium"],
    "no hit": ["xqzzyvkw", "xqzzyvkw wvvkqz"],
    "common, one topic": ["sleep&topic=heart"],
    "common, one author": [],
    "common, one year": ["sleep&since=2019-01-01&until=2019-12-31"],
    "two words, all filters": ["sleep vitamin&topic=heart&author=Meyer&since=2015-01-01"],
    "page 2 of common": [],
}


def main(number: int, folder: Path) -> None:
    server = EmbeddedDatabase(folder / "postgresql", durable=False)
    with ExitStack() as stack:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # as root the server runs as somebody else
        stack.enter_context(server.running())
        os.environ |= {
            "DATABASE_URL": server.url, "DJANGO_SETTINGS_MODULE": "config.settings",
            "SITE_URL": "http://testserver", "SECRET_KEY": "benchmark" * 8, "VAR_DIR": str(folder),
            "DEBUG": "", "LANGUAGE_CODE": "en",
        }  # fmt: skip
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        words = fill(number)
        measure(words)


def fill(number: int) -> list[str]:
    """`number` articles over twelve years, nearly all of them public; returns rare words among theirs."""
    from django.db import transaction
    from django.utils import timezone

    from config.demo.scale.articles import make_articles
    from config.demo.scale.loading import is_loaded, tidy
    from config.demo.scale.words import Words

    words = Words(random.Random(7))
    if not is_loaded():
        started = time.monotonic()
        with transaction.atomic():
            make_articles(
                words, number, paragraphs=PARAGRAPHS_AN_ARTICLE, now=timezone.now(), say=say
            )
        tidy()
        say(f"{number} articles in {time.monotonic() - started:.0f} s")
    return words.rare


def say(text: str) -> None:
    print(text, flush=True)


def measure(rare: list[str]) -> None:
    from django.test import Client, override_settings

    from articles.models import Author

    QUERIES["rare"] = rare
    static = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with override_settings(STORAGES=static):
        client = Client()
        QUERIES["common, one author"] = [f"sleep&author={Author.objects.earliest('pk').name}"]
        QUERIES["page 2 of common"] = [next_page(client, "sleep")]
        print("\n| query | p50 ms | p95 ms |\n| --- | ---: | ---: |")
        everything: list[float] = []
        for kind, queries in QUERIES.items():
            times = [ask(client, queries[n % len(queries)]) for n in range(ROUNDS)]
            everything += times
            print(row(kind, times))
        print(row("all", everything))


def ask(client: object, query: str) -> float:
    started = time.perf_counter()
    response = client.get(f"/search/?q={query.replace(' ', '+')}")  # type: ignore[attr-defined]
    took = (time.perf_counter() - started) * 1000
    if response.status_code != 200:
        raise SystemExit(f"{query}: {response.status_code}")
    return took


def next_page(client: object, query: str) -> str:
    page = client.get(f"/search/?q={query}")  # type: ignore[attr-defined]
    place = re.search(r"after=([\d-]+)", page.content.decode())
    return f"{query}&after={place[1] if place else ''}"


def row(kind: str, times: list[float]) -> str:
    cuts = statistics.quantiles(times, n=20)
    return f"| {kind} | {statistics.median(times):.0f} | {cuts[18]:.0f} |"


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with ExitStack() as cleanup:
        target = (
            Path(sys.argv[2])
            if len(sys.argv) > 2
            else Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="colophon-search-")))
        )
        main(count, target)
