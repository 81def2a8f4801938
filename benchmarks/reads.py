# ruff: noqa: T201 - a script talks to its caller
"""What counting a read adds to an answer of the page cache: `uv run python benchmarks/reads.py`.

The same kept page is asked for through two caches in turn, one that counts and one that does not, without a server and a
database. Microseconds of CPU of an answer, the least of the rounds (other processes only add to it), and the ratio of the
two.
"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

ROUNDS, ANSWERS = 41, 5_000
AGENTS = [f"Mozilla/5.0 (X11; Linux x86_64; rv:{n}.0) Gecko/20100101 Firefox/{n}.0" for n in range(60, 140)]  # fmt: skip


def main() -> None:
    os.environ |= {"DEBUG": "1", "DATABASE_URL": "postgresql://nobody@localhost/none", "DJANGO_SETTINGS_MODULE": "config.settings"}  # fmt: skip
    import django

    django.setup()
    from config.web.cache.change_feed import ChangeFeed
    from config.web.cache.page_cache import PageCache
    from config.web.cache.read_counts import ReadCounter
    from tests.config.wsgi import environ_of

    class Quiet(ChangeFeed):
        def catch_up(self) -> int:
            self.listening = True
            self._floor = 0
            return 1

    def site(environ, start_response):
        headers = [
            ("Content-Type", "text/html"),
            ("Cache-Tag", "article-7"),
            ("Counted-As", "article-7"),
        ]
        start_response("200 OK", headers)
        return [b"words " * 10_000]

    def cache(reads):
        return PageCache(
            site, feed=Quiet(listen=lambda: None), reads=reads, is_public=lambda path: True
        )

    def cost(asked) -> float:
        requests = [environ_of("/a/", user_agent=AGENTS[n % len(AGENTS)]) for n in range(ANSWERS)]
        began = time.process_time()
        for environ in requests:
            asked(environ, _start)
        return (time.process_time() - began) / ANSWERS * 1e6

    def _start(status, headers):
        pass

    counter = ReadCounter(lambda counts: None)
    counting, plain = cache(counter), cache(None)
    costs: dict[str, list[float]] = {"plain": [], "counting": []}
    for _round in range(ROUNDS):
        costs["plain"].append(cost(plain))
        costs["counting"].append(cost(counting))
        counter.write_batch()
    without, with_it = (min(costs[name]) for name in ("plain", "counting"))
    print(f"an answer: {without:.2f} µs; with counting: {with_it:.2f} µs")
    print(f"ratio {with_it / without:.3f}; counting adds {with_it - without:.2f} µs")


if __name__ == "__main__":
    main()
