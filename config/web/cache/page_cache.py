"""Public pages, kept in the memory of each process until the database says that they changed.

The cache wraps the WSGI application, outside of Django: a hit costs about as much as a constant
answer. It keeps only answers that a view tagged (cache_tags.py). The change feed (change_feed.py)
tells whether a page is fresh.

A kept page can hold nothing of a single reader. The cache makes it from a request that it builds
from the key: without a cookie, an authorization or any other header of the reader who asked first.
"""

import io
import re
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote_plus

from django.conf import settings
from django.core.handlers.wsgi import get_path_info, get_str_from_wsgi
from django.http import parse_cookie

from config.web.cache.cache_tags import HEADER, INTERNAL_HEADERS, is_public_page
from config.web.cache.cached_page import CachedPage, Headers
from config.web.cache.change_feed import ChangeFeed
from config.web.cache.deadlines import Deadlines
from config.web.cache.kept_values import collected_tags, follow
from config.web.cache.read_counts import ReadCounter
from config.web.cache.shared_pages import SharedPages
from config.web.watching.request_id import begin_request

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Key = tuple[str, str, str, str]

MADE_HERE = "colophon.page_cache"  # in environ: the page cache will compress the answer
LARGEST_PAGE = 4_000_000  # bytes
WAIT_SECONDS = 30.0
# Parameters that advertisers and mailings add to addresses. They change no page.
_TRACKING = re.compile(
    r"utm_\w+|gclid|dclid|gbraid|wbraid|fbclid|msclkid|twclid|ttclid|igshid|li_fat_id|mc_[ce]id"
    r"|yclid|_gl"
)


class Render:
    """A page that a thread is making. Other threads that want it wait."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.page: CachedPage | None = None


class PageCache:
    """`PageCache(get_wsgi_application())`: one object in a process, shared by its threads."""

    def __init__(
        self,
        application: Application,
        *,
        feed: ChangeFeed | None = None,
        deadlines: Deadlines | None = None,
        reads: ReadCounter | None = None,
        shares: bool = False,
        is_public: Callable[[str], bool] = is_public_page,
    ) -> None:
        self.application = application
        self.feed = feed or ChangeFeed()
        self.deadlines = deadlines
        self.reads = reads
        self.store = PageStore(settings.PAGE_CACHE_BYTES)
        self.shared = SharedPages(self.feed, deadlines) if shares else None
        # For /metrics. Without a lock: a number that two threads raise at once may miss one.
        self.hits = self.misses = self.shared_hits = self.waits = self.voids = self.passed = 0
        self._is_public = is_public
        self._personal_cookies = frozenset(settings.PAGE_CACHE_BYPASS_COOKIES)
        self._lock = threading.Lock()
        self._renders: dict[Key, Render] = {}
        follow(self.feed, deadlines)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if self._is_personal(environ):
            return self._pass_on(environ, start_response, private=True)
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self._pass_on(environ, start_response)
        key = key_of(environ)
        now = self.feed.catch_up()
        if self.deadlines is not None:
            now = self.deadlines.observe(self.feed, now)
        page = self.store.get(key)
        if page is not None:
            if self._is_fresh(page, now):
                self.hits += 1
                return self._answer(page, environ, start_response)
            self.voids += 1
        if not self._is_public(get_path_info(environ)):
            return self._pass_on(environ, start_response)
        return self._make(key, environ, start_response)

    def _is_personal(self, environ: Environ) -> bool:
        """Whether the reader may get a page of their own, by authorization or a cookie.

        Django's own functions read the cookies, so that Django and the cache never disagree.
        """
        if "HTTP_AUTHORIZATION" in environ:
            return True
        if not environ.get("HTTP_COOKIE"):
            return False
        cookies = parse_cookie(get_str_from_wsgi(environ, "HTTP_COOKIE", ""))
        return not self._personal_cookies.isdisjoint(cookies)

    def _is_fresh(self, page: CachedPage, now: int) -> bool:
        if page.checked_at != now:
            if not self.feed.is_fresh(page.made_at, page.tags):
                return False
            page.checked_at = now
        return time.time() < page.expires_at

    def _answer(
        self, page: CachedPage, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        page.used = True
        body = page.answer(environ, start_response)
        if page.size != page.weighed:
            self.store.weigh(page)
        if body and page.counted_as and self.reads is not None:
            self.reads.note(page.counted_as, environ)
        return body

    # Making pages

    def _make(self, key: Key, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Make the page, or wait for another thread that makes it."""
        arrived_at = self.feed.count
        while True:
            with self._lock:
                is_mine = key not in self._renders
                render = self._renders.setdefault(key, Render())
            if is_mine:
                try:
                    return self._render(key, render, environ, start_response)
                finally:
                    with self._lock:
                        self._renders.pop(key, None)
                    render.done.set()
            if not render.done.wait(WAIT_SECONDS) or render.page is None:
                return self._render(key, Render(), environ, start_response)
            if render.page.made_at >= arrived_at:
                self.waits += 1
                return self._answer(render.page, environ, start_response)

    def _render(
        self, key: Key, render: Render, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        made_at = self.feed.count
        page = self.shared.find(key, made_at) if self.shared is not None else None
        if page is not None:
            self.shared_hits += 1
            render.page = page
            self.store.keep(key, page)
            return self._answer(page, environ, start_response)
        self.misses += 1
        answer = HeldAnswer()
        begin_request(environ)
        with collected_tags() as tags:
            content = self.application(anonymous_request(key), answer)
        if not answer.may_be_kept:
            return answer.send(content, environ, start_response)
        body = read_all(content)
        page = render.page = CachedPage(answer.headers, body, made_at=made_at, tags=tags)
        if self.feed.listening and len(body) <= LARGEST_PAGE:
            self.store.keep(key, page)
            if self.shared is not None:
                self.shared.offer(key, page)
        return self._answer(page, environ, start_response)

    def _pass_on(
        self, environ: Environ, start_response: StartResponse, *, private: bool = False
    ) -> Iterable[bytes]:
        self.passed += 1
        answer = HeldAnswer()
        begin_request(environ)
        content = self.application(environ, answer)
        return answer.send(content, environ, start_response, private=private)


class HeldAnswer:
    """Django's answer, held back until the cache has decided to keep it or not.

    The object itself is the `start_response` that Django calls.
    """

    def __init__(self) -> None:
        self.status = ""
        self.headers: Headers = []
        self.more: tuple[Any, ...] = ()

    def __call__(self, status: str, headers: Headers, *more: Any) -> None:
        self.status, self.headers, self.more = status, headers, more

    @property
    def may_be_kept(self) -> bool:
        given = {name.lower(): value.lower() for name, value in self.headers}
        control = given.get("cache-control", "")
        return (
            self.status.startswith("200 ")
            and HEADER.lower() in given
            and "set-cookie" not in given
            and "private" not in control
            and "no-store" not in control
        )

    def send(
        self,
        content: Iterable[bytes],
        environ: Environ,
        start_response: StartResponse,
        *,
        private: bool = False,
    ) -> Iterable[bytes]:
        """Pass the answer on without its tag. A `private` one that had a tag may not be stored."""
        headers = [pair for pair in self.headers if pair[0].lower() not in INTERNAL_HEADERS]
        if private and len(headers) != len(self.headers):
            headers = [pair for pair in headers if pair[0].lower() != "cache-control"]
            headers.append(("Cache-Control", "private, no-store"))
        start_response(self.status, headers, *self.more)
        if environ["REQUEST_METHOD"] == "HEAD":
            close(content)
            return []
        return content


class PageStore:
    """Pages by key, with at most `most_bytes` together. Pages that were not used lately go."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self._pages: OrderedDict[Key, CachedPage] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: Key) -> CachedPage | None:
        return self._pages.get(key)

    def keep(self, key: Key, page: CachedPage) -> None:
        with self._lock:
            former = self._pages.pop(key, None)
            if former is not None:
                self._count(former, 0)
            self._pages[key] = page
            self._count(page, page.size)
            self._evict()

    def weigh(self, page: CachedPage) -> None:
        """A page may have grown by a copy."""
        with self._lock:
            if page.weighed:
                self._count(page, page.size)
                self._evict()

    def _count(self, page: CachedPage, size: int) -> None:
        self.bytes += size - page.weighed
        page.weighed = size

    def _evict(self) -> None:
        while self.bytes > self.most_bytes and self._pages:
            key, page = self._pages.popitem(last=False)
            if page.used:  # since the last look: a second chance
                page.used = False
                self._pages[key] = page
            elif page.slim():  # a third one, for a quarter of the room
                self._count(page, page.size)
                self._pages[key] = page
            else:
                self._count(page, 0)


def key_of(environ: Environ) -> Key:
    """Scheme, host, path and query of a request, without tracking parameters."""
    query = environ.get("QUERY_STRING", "")
    if query:
        parts = query.split("&")
        names = [unquote_plus(part.partition("=")[0]) for part in parts]
        query = "&".join(
            part for name, part in zip(names, parts, strict=True) if not _TRACKING.fullmatch(name)
        )
    return (
        environ["wsgi.url_scheme"],
        environ.get("HTTP_HOST") or environ["SERVER_NAME"],
        environ.get("PATH_INFO", ""),
        query,
    )


def anonymous_request(key: Key) -> Environ:
    """The request (PEP 3333) that a page for all readers is made from: the key and constants."""
    scheme, host, path, query = key
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": host,
        "SERVER_PORT": "443" if scheme == "https" else "80",
        "HTTP_HOST": host,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        MADE_HERE: True,
    }


def read_all(content: Iterable[bytes]) -> bytes:
    try:
        return b"".join(content)
    finally:
        close(content)


def close(content: Iterable[bytes]) -> None:
    """End the request (PEP 3333). Django gives its database connection back here."""
    if hasattr(content, "close"):
        content.close()
