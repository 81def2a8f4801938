# ruff: noqa: T201 - a script talks to its caller
"""What counting for /metrics adds to a hit of the page cache: `uv run python benchmarks/watching.py`.

A hit adds one to a number of its page cache; everything else is counted where a page is made. The addition alone and a
whole hit are timed in turn, without a server and a database: microseconds of CPU, the least of the rounds.
"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

ROUNDS, TIMES = 41, 5_000


def main() -> None:
    os.environ |= {"DEBUG": "1", "DATABASE_URL": "postgresql://nobody@localhost/none", "DJANGO_SETTINGS_MODULE": "config.settings"}  # fmt: skip
    import django

    django.setup()
    from config.web.cache.change_feed import ChangeFeed
    from config.web.cache.page_cache import PageCache
    from tests.config.wsgi import environ_of

    class Quiet(ChangeFeed):
        def catch_up(self) -> int:
            self.listening, self._floor = True, 0
            return 1

    def site(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html"), ("Cache-Tag", "article-7")])
        return [b"words " * 10_000]

    cache = PageCache(site, feed=Quiet(listen=lambda: None), is_public=lambda path: True)
    environ = environ_of("/a/")

    def hits() -> None:
        for _time in range(TIMES):
            cache(environ, lambda status, headers: None)

    def additions() -> None:
        for _time in range(TIMES):
            cache.hits += 1

    def nothing() -> None:
        for _time in range(TIMES):
            pass

    hit, addition, loop = (
        min(cost(what) for _ in range(ROUNDS)) for what in (hits, additions, nothing)
    )
    print(f"a hit: {hit - loop:.2f} µs, of which counting: {addition - loop:.3f} µs")


def cost(what) -> float:
    began = time.process_time()
    what()
    return (time.process_time() - began) / TIMES * 1e6


if __name__ == "__main__":
    main()
