"""The page cache around a WSGI application: what is kept, for whom, and for how long."""

import gzip

import brotli
import pytest

from config.web.cache.cached_page import _chosen, encoding_for
from tests.config.cached_site import Site
from tests.config.wsgi import get

KB = 1_000


def test_page_is_made_once(cached):
    site = Site()
    cache = cached(site)

    answers = [get(cache) for _time in range(3)]

    assert len(site.made) == 1
    assert {answer.body for answer in answers} == {site.body}
    assert answers[0].headers == answers[2].headers


def test_kept_page_is_asked_for_again_by_browsers_and_varies(cached):
    answer = get(cached(Site([("Cache-Tag", "article-1"), ("Cache-Control", "max-age=60")])))

    assert answer.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert answer.headers["Vary"] == "Accept-Encoding, Cookie"
    assert "Cache-Tag" not in answer.headers
    assert answer.headers["Content-Length"] == str(len(answer.body))


def test_page_is_made_again_when_what_it_shows_changes(cached, feed):
    site = Site()
    cache = cached(site)
    get(cache)

    feed.change("article-2")
    get(cache)
    assert len(site.made) == 1

    feed.change("article-1")
    get(cache)
    assert len(site.made) == 2


def test_change_during_the_making_makes_the_page_again(cached, feed):
    site = Site()

    def changing(environ, start_response):
        content = site(environ, start_response)
        if len(site.made) == 1:
            feed.change("article-1")
        return content

    cache = cached(changing)
    get(cache)
    get(cache)
    get(cache)

    assert len(site.made) == 2


def test_change_of_everything_voids_every_page(cached, feed):
    site = Site()
    cache = cached(site)
    get(cache)

    feed.change("*")
    get(cache)

    assert len(site.made) == 2


@pytest.mark.parametrize(
    "site",
    [
        Site(headers=()),
        Site(headers=[("Cache-Tag", "article-1"), ("Set-Cookie", "a=b")]),
        Site(headers=[("Cache-Tag", "article-1"), ("Cache-Control", "max-age=9, Private")]),
        Site(headers=[("cache-tag", "article-1"), ("cache-control", "no-store")]),
        Site(status="404 Not Found"),
        Site(status="503 Service Unavailable"),
    ],
    ids=["untagged", "sets a cookie", "private", "not to be stored", "not found", "outage"],
)
def test_other_answers_are_not_kept(cached, site):
    cache = cached(site)

    answers = [get(cache), get(cache)]

    assert len(site.made) == 2
    assert "Cache-Tag" not in answers[0].headers


def test_page_is_made_from_the_address_alone(cached):
    site = Site()

    get(
        cached(site), "/a", "page=2&fbclid=x", cookie="theme=dark", accept_language="de",
        if_modified_since="Sat, 01 Jan 2000 10:00:00 GMT", x_forwarded_for="192.0.2.1", user_agent="x",
    )  # fmt: skip

    (seen,) = site.made
    names = {name for name in seen if name.startswith("HTTP_")}
    assert (names, seen["HTTP_HOST"]) == ({"HTTP_HOST"}, "testserver")
    assert "REMOTE_ADDR" not in seen
    assert (seen["PATH_INFO"], seen["QUERY_STRING"]) == ("/a", "page=2")


def test_view_that_is_not_public_gets_the_request_as_it_came_and_is_not_kept(cached):
    site = Site()
    cache = cached(site)

    answers = [get(cache, "/own", cookie="theme=dark") for _time in range(2)]

    assert [environ["HTTP_COOKIE"] for environ in site.made] == ["theme=dark"] * 2
    assert "Cache-Tag" not in answers[0].headers
    assert len(cache.store) == 0


@pytest.mark.parametrize(
    "cookie",
    [
        "sessionid=x", "a=b; sessionid=x", "colophon_comments=x", "colophon_comments =x", " sessionid=x",
        "a=b;sessionid\t=x", 'a="b; sessionid=x', "sessionid=", ";;sessionid=x;;", "a; sessionid =x",
    ],
)  # fmt: skip
def test_who_has_pages_of_their_own_neither_sees_nor_fills_the_cache(cached, cookie):
    site = Site()
    cache = cached(site)

    own = get(cache, cookie=cookie)
    get(cache)
    get(cache, cookie=cookie)

    assert len(site.made) == 3
    assert own.headers["Cache-Control"] == "private, no-store"
    assert "Cache-Tag" not in own.headers


def test_own_answer_of_a_view_without_tags_keeps_what_it_says_itself(cached):
    cache = cached(Site(headers=[("Cache-Control", "max-age=60")]))

    assert get(cache, cookie="sessionid=x").headers["Cache-Control"] == "max-age=60"


def test_other_cookies_change_nothing(cached):
    site = Site()
    cache = cached(site)

    get(cache, cookie="theme=dark; notsessionid=x")
    get(cache)

    assert len(site.made) == 1


def test_credentials_pass_the_cache_by(cached):
    site = Site()
    cache = cached(site)

    get(cache, authorization="Basic eA==")
    get(cache, authorization="Basic eA==")

    assert len(site.made) == 2


def test_post_passes_the_cache_by(cached):
    site = Site()
    cache = cached(site)

    get(cache, method="POST")
    get(cache, method="POST")

    assert len(site.made) == 2


def test_host_scheme_path_and_query_tell_pages_apart(cached):
    site = Site()
    cache = cached(site)

    get(cache, "/a")
    get(cache, "/b")
    get(cache, "/a", "before=1")
    get(cache, "/a", host="elsewhere")

    assert len(site.made) == 4


def test_tracking_parameters_make_no_page_of_their_own_and_are_not_seen_by_it(cached):
    site = Site()
    cache = cached(site)

    get(cache, "/a", "page=2&utm_source=mail&fbclid=x")
    get(cache, "/a", "utm%5Fmedium=mail&page=2")

    assert [environ["QUERY_STRING"] for environ in site.made] == ["page=2"]


def test_parameter_that_only_looks_like_tracking_counts(cached):
    site = Site()
    cache = cached(site)

    get(cache, "/a", "my_utm_source=1")
    get(cache, "/a", "gclids=1")

    assert len(site.made) == 2


def test_head_is_answered_from_the_page_and_fills_it(cached):
    site = Site()
    cache = cached(site)

    head = get(cache, method="HEAD")
    whole = get(cache)

    assert (head.body, head.headers) == (b"", whole.headers)
    assert [environ["REQUEST_METHOD"] for environ in site.made] == ["GET"]


@pytest.mark.parametrize("known", ["{}", 'W/"other", {}', "*", "{0}, {0}"])
def test_browser_that_has_the_page_gets_no_body(cached, known):
    cache = cached(Site())
    etag = get(cache).headers["ETag"]

    answer = get(cache, if_none_match=known.format(etag))

    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers["ETag"] == etag


def test_browser_that_has_an_older_page_gets_the_new_one(cached, feed):
    site = Site()
    cache = cached(site)
    etag = get(cache).headers["ETag"]
    site.body = b"changed"
    feed.change("article-1")

    assert get(cache, if_none_match=etag).body == b"changed"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("br, gzip", "br"),
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("gzip;q=0.5, br;q=0", "gzip"),
        ("br;q=0.0", None),
        ("", None),
        ("identity", None),
    ],
)
def test_text_is_sent_compressed_as_the_browser_takes_it(cached, accepted, encoding):
    site = Site(body=b"words " * KB)
    cache = cached(site)

    answer = get(cache, accept_encoding=accepted)

    assert answer.headers.get("Content-Encoding") == encoding
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert unpack(answer.body) == site.body
    assert answer.headers["Content-Length"] == str(len(answer.body))


def test_headers_of_strangers_do_not_fill_the_memory():
    for number in range(2_500):
        encoding_for(f"x-{number}")

    assert len(_chosen) <= 1_001


def test_pictures_are_not_compressed_again(cached):
    site = Site([("Cache-Tag", "article-1"), ("Content-Type", "image/png")])

    assert "Content-Encoding" not in get(cached(site), accept_encoding="br").headers


def test_memory_stays_within_its_bound(cached, settings):
    settings.PAGE_CACHE_BYTES = 100 * KB
    cache = cached(Site(body=b"x" * 10 * KB))

    for number in range(100):
        get(cache, f"/{number}", accept_encoding="gzip")

    assert cache.store.bytes <= 100 * KB
    assert 3 <= len(cache.store) <= 10


def test_page_that_is_asked_for_outlives_those_that_are_not(cached, settings):
    settings.PAGE_CACHE_BYTES = 100 * KB
    site = Site(body=b"x" * 10 * KB)
    cache = cached(site)

    for number in range(50):
        get(cache, f"/{number}")
        get(cache, "/often")

    assert len([environ for environ in site.made if environ["PATH_INFO"] == "/often"]) == 1


def test_outage_serves_what_is_kept_and_keeps_nothing_new(cached, feed):
    site = Site()
    cache = cached(site)
    get(cache, "/known")
    feed.listening = False

    get(cache, "/known")
    get(cache, "/new")
    get(cache, "/new")

    assert [environ["PATH_INFO"] for environ in site.made] == ["/known", "/new", "/new"]


def test_page_is_kept_for_a_day_at_most(cached, clock):
    site = Site()
    cache = cached(site)
    get(cache)

    clock.shift(days=1, minutes=1)
    get(cache)

    assert len(site.made) == 2
