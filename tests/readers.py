"""Readers who ask for pages all the time while something happens to the site."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException

from tests.waiting import wait_until

READERS = 4


class Answers:
    """What the readers got so far, counted: statuses, and the errors of broken connections."""

    def __init__(self) -> None:
        self.counts: Counter[int | str] = Counter()

    def wait_for_more(self) -> None:
        """Until each reader has had some more."""
        had = self.counts.total()
        wait_until(lambda: self.counts.total() >= had + 10 * READERS)


@contextmanager
def reading(*asks: Callable[[], int]) -> Iterator[Answers]:
    """Each reader calls the functions in turn, again and again. Each returns the status of its answer."""
    answers, ended = Answers(), threading.Event()

    def read() -> None:
        while not ended.is_set():
            for ask in asks:
                try:
                    answers.counts[ask()] += 1
                except (OSError, HTTPException) as error:
                    answers.counts[repr(error)] += 1

    threads = [threading.Thread(target=read) for _number in range(READERS)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        ended.set()
        for thread in threads:
            thread.join()
