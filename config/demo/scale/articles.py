"""Topics, people, and articles over twelve years."""

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from django.db import connection

from articles.models import Article, Author, Topic
from articles.rich_text import count_words
from articles.rich_text.deriving import WORDS_PER_MINUTE
from articles.slugs import anchor_of, slug_of
from config.demo.scale.bulk import STEP, bulk_load, copy_rows, with_progress
from config.demo.scale.words import Words

AFFILIATION = "Load test"  # of all these people, and of no others
TOPICS = (
    "Sleep", "Food", "Movement", "Heart", "Skin", "Children", "Ageing", "Medicines", "Mind",
    "Pain", "Teeth", "Eyes", "Allergies", "Travel", "Work", "Pregnancy", "Infections",
    "Diabetes", "Lungs", "First aid",
)  # fmt: skip
AUTHORS = 300
YEARS = 12
_REFRESHED_AT_ONCE = 1_000
_TABLES = (
    "article",
    "contribution",
    "reference",
    "searchentry",
    "relatedlist",
    "searchword",
    "monthcount",
    "unpublishedentry",
)
# As articles.search.words takes them, which counts them in the database, ten times slower.
_WORD = re.compile(r"[a-z]{4,40}")
_COLUMNS = (
    "id", "title", "slug", "standfirst", "topic_id", "body", "body_html", "plain_text",
    "contents", "word_count", "reading_minutes", "status", "published_at", "updated_at",
    "key_takeaways", "disclosure", "comments_open", "created_at", "modified_at",
    "withdrawn_at",
)  # fmt: skip


@dataclass(frozen=True)
class Text:
    """An article's text, and what articles.rich_text.derive() makes of it."""

    body: str
    body_html: str
    plain_text: str
    contents: list[dict[str, str | int]]
    references: int


@dataclass
class Tally:
    """What is counted while articles are written: references of each, and articles with a word."""

    references: list[int] = field(default_factory=list)
    words: Counter[str] = field(default_factory=Counter)


def make_articles(
    words: Words,
    number: int,
    *,
    paragraphs: int,
    now: datetime,
    say: Callable[[str], object] = lambda text: None,
) -> None:
    """Make `number` articles of `paragraphs` paragraphs with a hundred words. Most are public."""
    topics = [Topic.objects.create(name=name, position=n).pk for n, name in enumerate(TOPICS)]
    authors = _make_authors(words)
    with bulk_load(*(f"articles_{table}" for table in _TABLES)):
        tally = Tally()
        rows = _article_rows(words, number, paragraphs, topics, now, tally)
        copy_rows("articles_article", _COLUMNS, with_progress(rows, say, of=f"{number:,} articles"))
        _make_contributions(words.dice, number, authors)
        with connection.cursor() as cursor:
            # The triggers would have called these.
            cursor.execute("SELECT articles_time_contributions(), articles_recount()")
        _make_references(words, tally.references)
        _make_search_entries(number, tally, now, say)
        with connection.cursor() as cursor:
            cursor.execute("SELECT articles_relate_all()")
        say("  their indexes")


def _make_authors(words: Words) -> list[int]:
    rows = []
    for number in range(1, AUTHORS + 1):
        name = words.name()
        rows.append(
            Author(
                name=name,
                slug=f"{slug_of(name)}-{number}",
                role="Contributing writer",
                affiliation=AFFILIATION,
                bio=words.rarities(),
            )
        )
    return [author.pk for author in Author.objects.bulk_create(rows)]


def _article_rows(
    words: Words, number: int, paragraphs: int, topics: list[int], now: datetime, tally: Tally
) -> Iterator[tuple[Any, ...]]:
    for pk in range(1, number + 1):
        title, standfirst = words.title(), words.phrase(20)
        text = make_text(words, paragraphs)
        tally.references.append(text.references)
        tally.words.update(set(_WORD.findall(f"{title} {standfirst} {text.plain_text}".lower())))
        count = count_words(text.plain_text)
        status, published_at = _status(words.dice, now)
        written_at = min(published_at or now, now) - timedelta(days=words.dice.randrange(1, 60))
        updated = published_at if status == "published" and words.dice.random() < 0.1 else None
        yield (
            *(pk, title, f"{slug_of(title)}-{pk}", standfirst, words.dice.choice(topics)),
            *(text.body, text.body_html, text.plain_text, json.dumps(text.contents), count),
            *(max(1, round(count / WORDS_PER_MINUTE)), status, published_at, updated, [], "", True),
            *(written_at, min(published_at or written_at, now)),
            published_at if status == Article.Status.WITHDRAWN else None,
        )


def _status(dice: random.Random, now: datetime) -> tuple[str, datetime | None]:
    """A status and its time. Nearly all are public; one in a hundred is not yet or no more."""
    past = now - timedelta(minutes=dice.randrange(1, YEARS * 365 * 24 * 60))
    match dice.randrange(400):
        case 0:
            return Article.Status.DRAFT, None
        case 1:
            return Article.Status.IN_REVIEW, None
        case 2:
            return Article.Status.WITHDRAWN, past
        case 3:
            return Article.Status.APPROVED, now + timedelta(minutes=dice.randrange(1440, 50_000))
    return Article.Status.PUBLISHED, past


def make_text(words: Words, paragraphs: int) -> Text:
    """Paragraphs under headings, some with a mark of a reference, and one of rare words."""
    blocks: list[tuple[str, str]] = []
    shown: list[str] = []  # the HTML for readers
    references = words.dice.randrange(min(6, paragraphs + 1))
    for n in range(1, paragraphs + 1):
        if n > 1:
            heading = words.phrase(3)
            blocks.append(("h2", heading))
            shown.append(f'<h2 id="{anchor_of(heading, most=80)}">{heading}</h2>')
        text = words.paragraph()
        if n <= references:
            link = f'<a href="#ref-{n}" id="cite-{n}-1" class="reference-mark" role="doc-noteref">'
            shown.append(f"<p>{text} {link}[{n}]</a></p>")
            text += f" [{n}]"
        else:
            shown.append(f"<p>{text}</p>")
        blocks.append(("p", text))
    blocks.append(("p", words.rarities()))
    shown.append(f"<p>{blocks[-1][1]}</p>")
    headings = [text for tag, text in blocks if tag == "h2"]
    return Text(
        body="".join(f"<{tag}>{text}</{tag}>" for tag, text in blocks),
        body_html="\n".join(shown),
        plain_text="\n\n".join(text for _tag, text in blocks),
        contents=[{"level": 2, "id": anchor_of(text, most=80), "text": text} for text in headings],
        references=references,
    )


def _make_contributions(dice: random.Random, number: int, authors: list[int]) -> None:
    def rows() -> Iterator[tuple[int, int, str, int]]:
        for article in range(1, number + 1):
            writer, second, reviewer = dice.sample(authors, 3)
            yield article, writer, "author", 0
            if dice.random() < 0.2:
                yield article, second, "author", 1
            if dice.random() < 0.3:
                yield article, reviewer, "reviewer", 0

    columns = ("article_id", "author_id", "part", "position")
    copy_rows("articles_contribution", columns, rows())


def _make_references(words: Words, sources: list[int]) -> None:
    def rows() -> Iterator[tuple[int, int, str, str]]:
        for article, number in enumerate(sources, 1):
            for n in range(1, number + 1):
                url = f"https://source.example/{article}/{n}"
                yield article, n, f"{words.name()}. {words.phrase(8)}. {words.phrase(2)}", url

    copy_rows("articles_reference", ("article_id", "number", "text", "url"), rows())


def _make_search_entries(
    number: int, tally: Tally, now: datetime, say: Callable[[str], object]
) -> None:
    with connection.cursor() as cursor:
        for numbers in batched(range(1, number + 1), _REFRESHED_AT_ONCE):
            cursor.execute("SELECT articles_search_refresh(%s)", [list(numbers)])
            cursor.execute("SELECT articles_unpublished_refresh(%s)", [list(numbers)])
            if numbers[-1] % STEP == 0:
                say(f"  {numbers[-1]:,} of {number:,} articles made searchable")
        copy_rows("articles_searchword", ("word", "articles"), tally.words.items())
        # The words of a scheduled article are read when it appears.
        cursor.execute(
            "UPDATE articles_searchentry SET words_read = true WHERE published_at <= %s", [now]
        )
