"""Comments in threads: a few articles have tens of thousands, most have a handful."""

import hashlib
import random
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from django.db import connection

from comments.models.comment import PATH_LENGTH
from config.demo.scale.bulk import STEP, bulk_load, copy_rows, with_progress
from config.demo.scale.words import Words

LONG_THREADS = 5
COMMENTS_IN_A_LONG_THREAD = 50  # of them all the fiftieth part: 20,000 of a million
COMMENTS_A_WRITER = 10
_ANSWERABLE = 30  # a reply answers one of the last so many comments of its article
_WAITING = 0.02  # the share of the newest comments of which some still wait for a moderator
_NETWORKS_KEPT = timedelta(days=30)
_DECIDED = {"approved": 940, "rejected": 25, "spam": 25, "removed": 7, "withdrawn": 3}
_COLUMNS = (
    "id", "article_id", "parent_id", "path", "shown_replies", "name", "email", "badge", "body",
    "body_html", "status", "held_for", "version", "created_at", "decided_at", "reason",
    "wants_mail", "network", "digest",
)  # fmt: skip
_DECISIONS = """
    INSERT INTO comments_decision (comment_id, was, became, by_id, at, reason, is_undo)
    SELECT id, 'pending', status, NULL, decided_at, reason, false
    FROM comments_comment WHERE decided_at IS NOT NULL ORDER BY decided_at, id
"""


def make_comments(
    words: Words,
    number: int,
    *,
    now: datetime,
    say: Callable[[str], object] = lambda text: None,
) -> None:
    """Make `number` comments on public articles, in the order in which they were written."""
    with bulk_load("comments_comment", "comments_decision"), connection.cursor() as cursor:
        places = _places(words.dice, number, now)
        rows = with_progress(
            _rows(words, places, now), say, of=f"{number:,} comments", every=5 * STEP
        )
        copy_rows("comments_comment", _COLUMNS, rows)
        say("  their log of decisions")
        cursor.execute(_DECISIONS)
        say("  their counts")
        cursor.execute("SELECT comments_recount()")
        say("  their indexes")


def _places(dice: random.Random, number: int, now: datetime) -> list[tuple[datetime, int]]:
    """The time and the article of each comment, in order. Most are soon after the article."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, published_at FROM articles_article"
            " WHERE status = 'published' AND published_at < %s ORDER BY id",
            [now],
        )
        articles = cursor.fetchall()
    dice.shuffle(articles)
    places = []
    for place in _shares(dice, number, len(articles)):
        article, published_at = articles[place]
        age = (now - published_at).total_seconds()
        later = min(dice.expovariate(1 / (20 * 86400)), dice.random() * age)
        places.append((published_at + timedelta(seconds=later), article))
    return sorted(places)


def _shares(dice: random.Random, number: int, articles: int) -> Iterator[int]:
    """The number of an article for each comment: the first articles get most of them."""
    long = min(LONG_THREADS, articles)
    in_each = number // COMMENTS_IN_A_LONG_THREAD
    for place in range(long):
        yield from [place] * in_each
    for _comment in range(number - long * in_each if articles else 0):
        yield min(articles - 1, long + int((articles - long) * dice.random() ** 3))


def _rows(
    words: Words, places: list[tuple[datetime, int]], now: datetime
) -> Iterator[tuple[Any, ...]]:
    dice = words.dice
    writers = max(1, len(places) // COMMENTS_A_WRITER)
    names = [words.name() for _number in range(min(writers, 5_000))]
    threads: defaultdict[int, deque[list[int]]] = defaultdict(lambda: deque(maxlen=_ANSWERABLE))
    decide = _decider(dice, len(places))
    for pk, (at, article) in enumerate(places, 1):
        thread = threads[article]
        answered = dice.choice(thread) if thread and dice.random() < 0.5 else []
        path = [*answered[: PATH_LENGTH - 1], pk]
        thread.append(path)
        status, held_for = decide(pk)
        body = "" if status == "withdrawn" else words.sentences()
        writer = int(writers * dice.random() ** 2)  # some write often
        waits = status in {"pending", "held"}
        decided_at = None if waits else min(now, at + timedelta(minutes=dice.randrange(1, 2000)))
        reason = "The comment is not about this article." if status == "rejected" else ""
        network = f"198.51.{writer % 200}.0/24" if now - at < _NETWORKS_KEPT else ""
        body_html = f'<p dir="auto">{body}</p>' if body else ""
        # Of the number instead of the words, because two rows may have the same words.
        digest = hashlib.sha256(f"scale {pk}".encode()).hexdigest()
        yield (
            *(pk, article, answered[-1] if answered else None, path, 0),
            *(names[writer % len(names)], f"reader{writer}@example.org", "", body, body_html),
            *(status, held_for, 1, at, decided_at, reason, False, network, digest),
        )


def _decider(dice: random.Random, number: int) -> Callable[[int], tuple[str, str]]:
    """A function that gives the n-th comment a status and what it is held for."""
    statuses, shares = list(_DECIDED), list(accumulate(_DECIDED.values()))

    def decide(n: int) -> tuple[str, str]:
        if n > number * (1 - _WAITING) and dice.random() < 0.5:
            if dice.random() < 0.2:
                return "held", '[{"code": "links", "detail": "3"}]'
            return "pending", "[]"
        return dice.choices(statuses, cum_weights=shares)[0], "[]"

    return decide
