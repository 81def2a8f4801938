"""The page cache when many readers ask at once for a page that is not kept."""

import threading

import pytest

from tests.config.cached_site import Site
from tests.config.wsgi import get
from tests.waiting import wait_until


def test_fifty_at_once_cost_one_rendering(cached):
    site = Site()
    site.hold = threading.Event()
    cache = cached(site)
    answers = []
    readers = [
        threading.Thread(target=lambda: answers.append(get(cache).body)) for _reader in range(50)
    ]
    for reader in readers:
        reader.start()
    wait_until(lambda: site.made)

    site.hold.set()
    for reader in readers:
        reader.join(60)

    assert answers == [site.body] * 50
    assert len(site.made) == 1


def test_reader_who_came_after_a_change_gets_no_page_that_was_begun_before_it(cached, feed):
    site = Site(body=b"old")
    site.hold = threading.Event()
    cache = cached(site)
    answers = {}

    def read(name):
        answers[name] = get(cache).body

    first = threading.Thread(target=read, args=("first",))
    first.start()
    wait_until(lambda: site.made)
    feed.change("article-1")
    (render,) = cache._renders.values()
    second = threading.Thread(target=read, args=("second",))
    second.start()
    wait_until(lambda: render.done._cond._waiters)
    site.hold.set()
    first.join(60)
    second.join(60)

    assert len(site.made) == 2


def test_pages_that_are_not_public_do_not_wait_for_each_other(cached):
    site = Site()
    all_here = threading.Barrier(5, timeout=60)

    def meeting(environ, start_response):
        all_here.wait()
        return site(environ, start_response)

    cache = cached(meeting)
    readers = [threading.Thread(target=get, args=(cache, "/own")) for _reader in range(5)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(60)

    assert len(site.made) == 5


def test_after_an_outage_a_page_is_made_once_again(cached):
    site = Site(status="503 Service Unavailable")
    cache = cached(site)
    get(cache)
    site.status, site.hold = "200 OK", threading.Event()
    readers = [threading.Thread(target=get, args=(cache,)) for _reader in range(5)]

    for reader in readers:
        reader.start()
    wait_until(lambda: len(site.made) == 2)
    site.hold.set()
    for reader in readers:
        reader.join(60)

    assert len(site.made) == 2


def test_failing_page_sets_the_waiting_free(cached):
    def failing(environ, start_response):
        raise ValueError

    cache = cached(failing)

    for _time in range(2):
        with pytest.raises(ValueError):
            get(cache)
