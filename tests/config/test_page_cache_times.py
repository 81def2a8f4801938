"""Pages that change at a time, without a row that changes."""

import time

import pytest
from django.db import DatabaseError

from config.web.cache.deadlines import Deadlines
from tests.config.cached_site import Site
from tests.config.wsgi import get


def test_page_changes_when_its_time_comes(cached, clock):
    now = time.time()
    times = [now + 60, now + 120, float("inf")]
    deadlines = Deadlines(lambda after: (min(t for t in times if t > after), ["article-1"]))
    site = Site()
    cache = cached(site, deadlines=deadlines)
    made = []

    for seconds in (0, 59, 2, 1, 59, 1):  # 0, 59, 61, 62, 121, 122
        clock.shift(seconds=seconds)
        get(cache)
        made.append(len(site.made))

    assert made == [1, 1, 2, 2, 3, 3]


def test_two_times_that_passed_unseen_are_both_noted(cached, clock):
    now = time.time()
    tags = {now + 60: ["topic-1"], now + 61: ["article-1"], float("inf"): []}

    def next_after(moment):
        at = min(t for t in tags if t > moment)
        return at, tags[at]

    site = Site()
    cache = cached(site, deadlines=Deadlines(next_after))
    get(cache)

    clock.shift(seconds=1000)
    get(cache)

    assert len(site.made) == 2


def test_changed_time_is_learned(cached, feed, clock):
    times = [float("inf")]
    deadlines = Deadlines(lambda after: (min(t for t in times if t > after), ["article-1"]))
    site = Site()
    cache = cached(site, deadlines=deadlines)
    get(cache)

    times.append(time.time() + 10)
    feed.change("deadlines")
    get(cache)
    clock.shift(seconds=11)
    get(cache)

    assert len(site.made) == 2


@pytest.mark.parametrize(
    ("told", "made"),
    [
        ("article-1@{past}", 2),
        ("article-1@{future}", 1),  # its deadline will come
        ("article-1@{past}@{future}", 2),
        ("article-1@{past}@{past}", 1),
    ],
)
def test_change_matters_between_its_times(cached, feed, clock, told, made):
    site = Site()
    cache = cached(site)
    get(cache)

    now = time.time()
    feed.change(told.format(past=now - 60, future=now + 60))
    get(cache)

    assert len(site.made) == made


def test_time_to_come_that_is_over_when_it_is_learned(cached, feed, clock):
    """Heard before the time, looked for after it."""
    times = [float("inf")]
    deadlines = Deadlines(lambda after: (min(t for t in times if t > after), ["article-1"]))
    site = Site()
    cache = cached(site, deadlines=deadlines)
    get(cache)

    times.append(time.time() + 10)
    feed.change(f"article-1@{times[-1]}")
    clock.shift(seconds=11)
    get(cache)

    assert len(site.made) == 2


def test_deadline_is_asked_for_again_when_the_database_fails(cached, feed, clock):
    start = time.time()
    times, asked = [start + 60, start + 61, float("inf")], []

    def next_after(moment):
        asked.append(moment)
        if len(asked) == 2:
            raise DatabaseError
        at = min(t for t in times if t > moment)
        return at, [f"article-{times.index(at) + 1}"]

    site = Site([("Cache-Tag", "article-2")])
    cache = cached(site, deadlines=Deadlines(next_after))
    made = []
    for seconds in (0, 62, 2):
        clock.shift(seconds=seconds)
        get(cache)
        made.append(len(site.made))

    assert made == [1, 1, 2]


def test_no_time_is_asked_of_a_database_that_is_away(cached, feed, clock):
    asked = []

    def next_after(moment):
        asked.append(moment)
        return moment + 10, ["article-1"]

    site = Site()
    cache = cached(site, deadlines=Deadlines(next_after))
    get(cache)
    feed.listening = False

    clock.shift(seconds=1000)
    get(cache)

    assert (len(asked), len(site.made)) == (1, 1)
