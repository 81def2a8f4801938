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
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from config.embedded_database import EmbeddedDatabase

ROUNDS = 20
PARAGRAPHS_AN_ARTICLE = 7  # of 100 words
# How many of a hundred paragraphs have the word: real ones, to search for.
KNOWN = {"sleep": 12, "patient": 8, "vitamin": 4, "magnesium": 1, "coffee": 2, "iron": 3}
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
    "common, one topic": ["sleep&topic=topic-3"],
    "common, one author": ["sleep&author=Meyer+17"],
    "common, one year": ["sleep&since=2019-01-01&until=2019-12-31"],
    "two words, all filters": ["sleep vitamin&topic=topic-3&author=Meyer&since=2015-01-01"],
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
            "SITE_URL": "http://testserver", "SECRET_KEY": "benchmark", "VAR_DIR": str(folder),
            "DEBUG": "", "LANGUAGE_CODE": "en",
        }  # fmt: skip
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        words = fill(number)
        measure(words)


def fill(number: int) -> list[str]:
    """`number` published articles over twelve years; returns rare words among theirs."""
    from django.db import connection

    from articles.models import Article
    from articles.search.words import read_new_words

    dice = random.Random(7)
    vocabulary = make_words(dice, 60_000)
    if not Article.objects.exists():
        started = time.monotonic()
        insert_articles(dice, number, vocabulary)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        print(f"{number} articles in {time.monotonic() - started:.0f} s", flush=True)
    started = time.monotonic()
    if read_new_words():
        while read_new_words():
            pass
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        print(f"their words in {time.monotonic() - started:.0f} s", flush=True)
    return vocabulary[-2000::400]


def make_words(dice: random.Random, number: int) -> list[str]:
    syllables = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "er")]
    words: dict[str, None] = {}
    while len(words) < number:
        words["".join(dice.choices(syllables, k=dice.choice((2, 3, 3, 4))))] = None
    return list(words)


def make_paragraphs(dice: random.Random, vocabulary: list[str]) -> list[str]:
    """4,000 of them, in which a word is the rarer the later it stands in the vocabulary (Zipf)."""
    common = vocabulary[:20_000]
    weights = [1 / (rank + 3) for rank in range(len(common))]
    paragraphs = []
    for _ in range(4000):
        words = dice.choices(common, weights, k=100)
        for word, share in KNOWN.items():
            if dice.random() * 100 < share:
                words[dice.randrange(100)] = word
        paragraphs.append(" ".join(words).capitalize() + ".")
    return paragraphs


def insert_articles(dice: random.Random, number: int, vocabulary: list[str]) -> None:
    from django.db import connection

    from articles.models import Author, Contribution, Topic

    topics = [Topic.objects.create(name=f"Topic {n}").pk for n in range(20)]
    authors = [Author.objects.create(name=f"Meyer {n} {vocabulary[n]}").pk for n in range(300)]
    columns = (
        "title", "slug", "standfirst", "topic_id", "body", "body_html", "plain_text", "status", "published_at",
        "key_takeaways", "disclosure", "comments_open", "contents", "word_count", "reading_minutes",
        "created_at", "modified_at",
    )  # fmt: skip
    with connection.cursor() as cursor:
        # Entries and their indexes are made at the end, all at once, which is quicker.
        for table in ("articles_article", "articles_contribution"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        rows = articles(dice, number, vocabulary, topics)
        with cursor.copy(f"COPY articles_article ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute("SELECT id FROM articles_article")
        numbers = [row[0] for row in cursor.fetchall()]
        Contribution.objects.bulk_create(
            [Contribution(article_id=pk, author_id=dice.choice(authors)) for pk in numbers],
            batch_size=5000,
        )
        for table in ("articles_article", "articles_contribution"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("DROP INDEX search_heading, search_document")
        cursor.execute("SELECT articles_search_refresh(%s)", [numbers])
        for name in ("heading", "document"):
            cursor.execute(
                f"CREATE INDEX search_{name} ON articles_searchentry USING gin ({name})"
                " WITH (fastupdate = off)"
            )


def articles(
    dice: random.Random, number: int, vocabulary: list[str], topics: list[int]
) -> Iterator[tuple[object, ...]]:
    paragraphs = make_paragraphs(dice, vocabulary)
    now = datetime.now(UTC)
    known = list(KNOWN)
    for n in range(number):
        title = dice.choices(vocabulary[:5000], k=5) + dice.choices(known, k=dice.random() < 0.1)
        text = dice.choices(paragraphs, k=PARAGRAPHS_AN_ARTICLE)
        text.append(" ".join(dice.choices(vocabulary, k=20)))
        body = "".join(f"<p>{paragraph}</p>" for paragraph in text)
        date = now - timedelta(minutes=dice.randrange(12 * 365 * 24 * 60))
        yield (
            " ".join(title).capitalize(), f"a-{n}", " ".join(dice.choices(vocabulary[:5000], k=20)),
            dice.choice(topics), body, body, "\n\n".join(text), "published", date, [], "", True, "[]", 720, 4,
            date, date,
        )  # fmt: skip


def measure(rare: list[str]) -> None:
    from django.test import Client, override_settings

    QUERIES["rare"] = rare
    static = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with override_settings(STORAGES=static):
        client = Client()
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
