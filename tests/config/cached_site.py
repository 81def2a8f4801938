"""What stands on both sides of a page cache in its tests: the site, and the feed of changes."""

from config.web.cache.change_feed import ChangeFeed


class HeardFeed(ChangeFeed):
    """Hears what the test tells it."""

    def __init__(self):
        super().__init__(listen=lambda: None)
        self.listening = True
        self._started = True
        self._floor = 0


class Site:
    """An application that counts what it makes."""

    def __init__(self, headers=(("Cache-Tag", "article-1"),), status="200 OK", body=b"page " * 50):
        self.headers, self.status, self.body = list(headers), status, body
        self.made = []
        self.hold = None

    def __call__(self, environ, start_response):
        self.made.append(environ)
        if self.hold is not None:
            self.hold.wait(60)
        kind = [] if any(name == "Content-Type" for name, _ in self.headers) else [
            ("Content-Type", "text/html; charset=utf-8")
        ]  # fmt: skip
        start_response(self.status, [*kind, *self.headers])
        return [self.body]
