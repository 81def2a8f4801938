"""Pages that processes share: what is taken from another process, and what is not. test_shared_page_states.py has the proof."""

import brotli
import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from config.web.cache import shared_pages
from config.web.cache.build import build_name
from config.web.cache.change_feed import ChangeFeed
from config.web.cache.deadlines import MOST_LOGGED, Deadlines
from config.web.cache.page_cache import PageCache
from config.web.tasks import prune_shared_pages
from tests.config.cached_site import Site
from tests.config.wsgi import get

pytestmark = pytest.mark.django_db(transaction=True)
NEVER = (float("inf"), [])


@pytest.fixture
def process(monkeypatch):
    """`process(site)`: the page cache of one more process. It stores when it is told to."""
    monkeypatch.setattr(shared_pages, "build_name", lambda: "build")
    monkeypatch.setattr(shared_pages, "HEARD_SECONDS", 300)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE web_shared_page, web_shared_change, web_shared_floor")
    feeds = []

    def start(site, next_after=lambda after: NEVER):
        feeds.append(ChangeFeed())
        cache = PageCache(
            site,
            feed=feeds[-1],
            deadlines=Deadlines(next_after, look_back=24 * 3600),
            is_public=lambda path: True,
            shares=True,
        )
        cache.shared._thread = "none"
        return cache

    yield start
    for feed in feeds:
        feed.close()


@pytest.fixture
def site():
    return Site([("Cache-Tag", "article-1"), ("X-Of", "the page"), ("Counted-As", "a-7")])


def stored(cache, path="/a", query="", accept_encoding="br"):
    """What a process answers that makes a page and stores it."""
    answer = get(cache, path, query, accept_encoding=accept_encoding)
    cache.shared.store_batch()
    return answer


def kept_rows():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM web_shared_page")
        return cursor.fetchone()[0]


def change(tag):
    with connection.cursor() as cursor:
        cursor.execute("SELECT web_tell_changes(%s)", [[tag]])


@pytest.mark.parametrize("accepted", ["br", "gzip", ""])
def test_another_process_answers_with_the_same_page(process, site, accepted):
    stored(process(site))
    own, other = process(site), process(Site(body=b"made again"))

    answers = [get(cache, "/a", accept_encoding=accepted) for cache in (own, other)]

    assert len(site.made) == 1
    assert answers[0].headers == answers[1].headers
    assert answers[0].headers["X-Of"] == "the page"
    assert answers[0].body == answers[1].body
    if accepted == "br":
        assert brotli.decompress(answers[0].body) == site.body
    assert own.store.get(("http", "testserver", "/a", "")).counted_as == "a-7"
    assert (own.shared_hits, own.misses) == (1, 0)


def test_changed_page_is_made_anew(process, site):
    stored(process(site))
    change("article-2")
    get(process(site), "/a")
    assert len(site.made) == 1

    change("article-1")
    get(process(site), "/a")
    assert len(site.made) == 2


@pytest.mark.parametrize(
    "asked",
    [{"path": "/b"}, {"host": "elsewhere"}, {"query": "page=2"}],
    ids=["path", "host", "query"],
)
def test_other_address_is_another_page(process, site, asked):
    stored(process(site))

    get(process(site), **{"path": "/a"} | asked)

    assert len(site.made) == 2


def test_addresses_with_a_query_and_what_nobody_got_compressed_are_not_stored(process, site):
    cache = process(site)

    stored(cache, query="page=2")
    stored(cache, accept_encoding="")

    assert kept_rows() == 0


def test_other_build_has_pages_of_its_own(process, site, monkeypatch):
    stored(process(site))

    monkeypatch.setattr(shared_pages, "build_name", lambda: "another")
    get(process(site), "/a")

    assert len(site.made) == 2


def test_failure_of_the_table_is_no_failure_of_a_page(process, site):
    cache = process(site)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE web_shared_page RENAME TO gone")
    try:
        assert get(cache, "/a").status == 200
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE gone RENAME TO web_shared_page")


def test_page_of_before_a_time_that_has_come_does_not_count(process, site, clock):
    stored(process(site))
    comes = timezone.now().timestamp() + 60

    def next_after(after):
        return (comes, ["article-1"]) if after < comes else NEVER

    get(process(site, next_after), "/a")
    assert len(site.made) == 1

    clock.shift(seconds=61)
    get(process(site, next_after), "/a")  # it begins after that time
    assert len(site.made) == 2


@pytest.mark.parametrize("number", [3, MOST_LOGGED + 50])
def test_new_process_looks_back_at_times_of_a_day_but_not_at_too_many(feed, clock, number):
    now = timezone.now().timestamp()
    times = [now - 3600 + second for second in range(number)]

    def next_after(after):
        return next(((at, [f"a-{at}"]) for at in times if at > after), NEVER)

    deadlines = Deadlines(next_after, look_back=24 * 3600)
    deadlines.observe(feed, feed.count)

    assert deadlines.are_known(feed)
    assert deadlines.passed == 0
    assert deadlines.passed_since(times[1] - 1, [f"a-{times[1]}"])
    assert deadlines.passed_since(now - 60, ["article-1"]) == (number > MOST_LOGGED)
    assert not deadlines.passed_since(now + 1, [f"a-{times[1]}"])


def test_page_is_shared_for_a_day_at_most(process, site, clock):
    stored(process(site))

    clock.shift(days=1, minutes=1)
    prune_shared_pages.call()

    assert kept_rows() == 0


def test_changed_pages_are_deleted_and_only_they(process, site):
    for path in ("/a", "/b"):
        stored(process(Site([("Cache-Tag", path)])), path)

    change("/a")
    prune_shared_pages.call()

    assert kept_rows() == 1
    assert get(process(site), "/b").status == 200
    assert site.made == []


def test_oldest_pages_go_when_they_are_too_many(process, site):
    for path in ("/a", "/b", "/c"):
        stored(process(site), path)

    with override_settings(SHARED_PAGES_BYTES=5_000):
        prune_shared_pages.call()

    assert kept_rows() == 2


def test_build_is_another_one_with_another_file_or_setting(settings, tmp_path):
    settings.BASE_DIR = tmp_path  # other tests may write into the real one
    (tmp_path / "templates").mkdir()
    first, again = build_name(), build_name()

    settings.SITE_NAME = "Another"
    second = build_name()
    (tmp_path / "templates/a.html").write_text("words")

    assert first == again
    assert len({first, second, build_name()}) == 3
