"""Reads are counted beside the page cache: of people's browsers, of whole pages, in batches that survive an outage."""

from collections import Counter

import pytest
from django.db import OperationalError

from config.web.cache import read_counts
from config.web.cache.page_cache import PageCache
from config.web.cache.read_counts import ReadCounter, is_reader
from tests.clock import after
from tests.config.cached_site import HeardFeed, Site
from tests.config.wsgi import get

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONES = [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 50) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36",
]  # fmt: skip
PROGRAMS = [
    "", "curl/8.5.0", "Wget/1.21", "python-requests/2.32", "Go-http-client/2.0", "FeedFetcher",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0 Safari/537.36",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
]  # fmt: skip
COUNTED = (("Cache-Tag", "article-7"), ("Counted-As", "article-7"))


class Written(Counter):
    """What a counter has written. While `away` the database takes nothing."""

    away = False

    def add(self, counts):
        if self.away:
            raise OperationalError("the connection is lost")
        self.update({name: number for (name, _day), number in counts.items()})


@pytest.fixture(autouse=True)
def no_thread(monkeypatch):
    """Batches are written when the test says so."""
    monkeypatch.setattr(read_counts, "BATCH_SECONDS", 86_400)


@pytest.fixture
def written():
    return Written()


@pytest.fixture
def counter(written):
    return ReadCounter(written.add)


@pytest.fixture
def asked(counter):
    """Ask a cache that keeps one counted page."""
    cache = PageCache(Site(COUNTED), feed=HeardFeed(), reads=counter, is_public=lambda path: True)

    def ask(**request):
        return get(cache, **{"user_agent": FIREFOX} | request)

    return ask


def test_page_made_and_page_kept_are_read_alike(asked, counter, written):
    answers = [asked(), asked(), asked(query="utm_source=mail")]
    counter.write_batch()

    assert written == {"article-7": 3}
    assert "Counted-As" not in answers[0].headers


def test_answer_without_a_page_is_no_read(asked, counter, written):
    etag = asked(user_agent="curl/8").headers["ETag"]

    assert asked(if_none_match=etag).status == 304
    asked(method="HEAD")
    asked(sec_purpose="prefetch;prerender")
    asked(purpose="prefetch")
    asked(cookie="sessionid=abc")
    counter.write_batch()

    assert written == {}


def test_page_that_names_nothing_is_not_counted(counter, written):
    cache = PageCache(Site(), feed=HeardFeed(), reads=counter, is_public=lambda path: True)
    get(cache, user_agent=FIREFOX)
    counter.write_batch()

    assert written == {}


@pytest.mark.parametrize("agent", [FIREFOX, *PHONES])
def test_browser_reads(agent):
    assert is_reader(agent)


@pytest.mark.parametrize("agent", PROGRAMS)
def test_program_that_says_so_does_not_read(agent):
    assert not is_reader(agent)


def test_batch_is_written_once(asked, counter, written):
    asked()
    counter.write_batch()
    counter.write_batch()

    assert written == {"article-7": 1}


def test_reads_wait_for_a_database_that_is_away(asked, counter, written):
    written.away = True
    asked()
    counter.write_batch()
    asked()
    counter.write_batch()
    assert written == {}

    written.away = False
    counter.write_batch()

    assert written == {"article-7": 2}


def test_reads_that_wait_are_bounded(monkeypatch, counter, written):
    monkeypatch.setattr(read_counts, "MOST_WAITING", 2)
    written.away = True
    for name in ("a", "b", "c", "a"):
        counter.note(name, {"HTTP_USER_AGENT": FIREFOX})
    counter.write_batch()

    written.away = False
    counter.write_batch()

    assert written == {"a": 2, "b": 1}


def test_reads_keep_the_day_on_which_they_were_noted(clock):
    days = []
    counter = ReadCounter(lambda counts: days.extend(counts))

    counter.note("a", {"HTTP_USER_AGENT": FIREFOX})
    counter.write_batch()
    with after(days=1):
        counter.note("a", {"HTTP_USER_AGENT": FIREFOX})
        counter.write_batch()

    (_first, day), (_second, next_day) = days
    assert (next_day - day).days == 1
