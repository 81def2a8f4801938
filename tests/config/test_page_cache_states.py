"""The page cache against a model: readers with and without cookies, changes, outages and evictions in any order."""

import gzip

import brotli
from django.core.handlers.wsgi import WSGIRequest
from hypothesis import settings, stateful
from hypothesis import strategies as st

from config.web.cache.change_feed import ChangeFeed
from config.web.cache.page_cache import PageCache
from tests.config.wsgi import get

PATHS = ("/a", "/b", "/own/c", "/private", "/sets-cookie")
# Tags of each page: a change of one of them makes the page anew.
TAGS = {"/a": "article-1 menu", "/b": "article-2 menu", "/private": "menu", "/sets-cookie": "menu"}
USERS = ("ann", "bob")
# How clients and attackers write a cookie's name and value; Django reads most of these.
SPELLINGS = (
    "{}={}", "{} ={}", " {}={}", "{}= {}", "\t{}\t={}", "x=1; {}={}", "x=1;{} ={};", ';;{}="{}"', "x; {}={}",
    "{}={}; {}=other", "X={}; theme=dark", 'x="y; {}={}', "\xa0{}={}", "{}\x0b={}", "$Version=1; {}={}", "{},{}",
)  # fmt: skip
cookies = st.one_of(
    st.none(),
    st.just("theme=dark"),
    st.builds(
        lambda spelling, name, user: spelling.replace("{}", name, 1).replace("{}", user),
        st.sampled_from(SPELLINGS),
        st.sampled_from(["sessionid", "colophon_comments", "messages", "sessionID"]),
        st.sampled_from(USERS),
    ),
)
encodings = st.sampled_from(["", "br", "gzip", "gzip;q=0"])


class Database(ChangeFeed):
    """What pages show, by tag; told at once, or not at all while the line is cut."""

    def __init__(self):
        super().__init__(listen=lambda: None)
        self._started = self.listening = True
        self._floor = 0
        self.versions = {"article-1": 0, "article-2": 0, "menu": 0}

    def shown(self, path):
        return {tag: self.versions[tag] for tag in TAGS.get(path, "menu").split()}


class Site:
    """Answers as Django does with the cookies that Django reads: a page names its reader and what it shows."""

    def __init__(self, database):
        self.database = database

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        request = WSGIRequest({**environ, "SERVER_NAME": "x", "SERVER_PORT": "80"})
        reader = next((u for u in USERS if any(u in v for v in request.COOKIES.values())), "nobody")
        headers = [("Content-Type", "text/html"), ("Cache-Tag", TAGS.get(path, "menu"))]
        if path == "/private":
            headers.append(("Cache-Control", "private"))
        if path == "/sets-cookie":
            headers.append(("Set-Cookie", "sessionid=new"))
        start_response("200 OK", headers)
        return [f"{reader} {self.database.shown(path)} {'.' * 300}".encode()]


class PageCacheMachine(stateful.RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.database = Database()
        self.cache = PageCache(
            Site(self.database), feed=self.database, is_public=lambda path: "/own" not in path
        )
        self.cache.store.most_bytes = 10_000  # room for two pages
        self.ever = {path: {str(self.database.shown(path))} for path in PATHS}

    @stateful.rule(path=st.sampled_from(PATHS), cookie=cookies, encoding=encodings)
    def read(self, path, cookie, encoding):
        headers = {"accept_encoding": encoding} | ({"cookie": cookie} if cookie else {})
        answer = get(self.cache, path, **headers)

        unpack = {"br": brotli.decompress, "gzip": gzip.decompress}
        body = unpack.get(answer.headers.get("Content-Encoding"), bytes)(answer.body).decode()
        reader, _space, shown = body.rstrip(".").strip().partition(" ")
        mine = [user for user in USERS if cookie and user in cookie]
        assert reader in ["nobody", *mine], "somebody else's page"
        now = str(self.database.shown(path))
        # While the line is cut, a cookie that is nobody's to Django (sessionID) gets a kept page, as no cookie does.
        is_new = self.database.listening or reader != "nobody"
        assert shown == now if is_new else shown in self.ever[path]
        shared = "public" in answer.headers.get("Cache-Control", "")
        assert not (shared and reader != "nobody"), "one reader's page may be kept by others"
        assert not (shared and path in {"/own/c", "/private", "/sets-cookie"})
        assert "Cache-Tag" not in answer.headers

    @stateful.rule(tag=st.sampled_from(["article-1", "article-2", "menu"]))
    def change(self, tag):
        self.database.versions[tag] += 1
        for path, seen in self.ever.items():
            seen.add(str(self.database.shown(path)))
        if self.database.listening:
            self.database.change(tag)

    @stateful.precondition(lambda self: self.database.listening)
    @stateful.rule()
    def lose_the_line(self):
        self.database.listening = False

    @stateful.precondition(lambda self: not self.database.listening)
    @stateful.rule()
    def hear_again(self):
        self.database.listening = True
        self.database.change("*")

    @stateful.invariant()
    def keeps_within_its_bound_and_nothing_of_anybody(self):
        store = self.cache.store
        assert store.bytes <= store.most_bytes
        kept = [page.copy("")[1] for page in store._pages.values()]
        assert all(body.startswith(b"nobody ") for body in kept)


TestPageCacheStates = PageCacheMachine.TestCase
TestPageCacheStates.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
