"""One import from beginning to end."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import batched, count

from django.db import transaction

from config.moving.keys import Keys
from config.moving.links import settle_links
from config.moving.media import Folder, Zipped
from config.moving.people import People
from config.moving.pictures import HostGuard, Pictures
from config.moving.records import Redirect, Source
from config.moving.redirects import store_redirects
from config.moving.report import Report
from config.moving.subscribers import Subscribers
from config.moving.writer import Writer

_SECONDS_BETWEEN = 10  # words on the progress
_AT_ONCE = 500  # redirects


@dataclass(frozen=True)
class Choices:
    """What the person who imports has decided."""

    publish: bool = False
    dry_run: bool = False
    media: Folder | Zipped | None = None
    guard: HostGuard | None = None
    authors: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    ask: bool = False  # subscribers without a consent for a confirmation


def move_in(source: Source, report: Report, choices: Choices, say: Callable[[str], object]) -> None:
    """Store what a source has and the site has not. Raises BadSource.

    Killed in the middle, it goes on where it was when it runs again.
    """
    keys = Keys(source.site)
    with nullcontext() if choices.dry_run else keys.held():
        people = People(keys, report, choices.authors, choices.topics)
        pictures = Pictures(keys, report, choices.media, choices.guard, choices.dry_run)
        writer = Writer(keys, report, people, pictures, choices.publish, choices.dry_run)
        ticks = _progress(say, source.total)
        for record in source.articles(report):
            writer.store(record)
            next(ticks)
        for discussion in source.discussions(report):
            writer.store_discussion(discussion)
            next(ticks)
        subscribers = Subscribers(keys, report, ask=choices.ask, dry_run=choices.dry_run)
        for _ in subscribers.store(source.subscribers(report)):
            next(ticks)
        for picture in source.pictures():
            if picture.foreign_id not in pictures.missing:  # else an article named it
                report.begin(picture.title or picture.address, picture.address)
                pictures.store(picture)
            next(ticks)
        report.begin(source.site, "former addresses")
        for wanted in batched([] if choices.dry_run else _redirects(source, people), _AT_ONCE):
            with transaction.atomic():
                store_redirects(wanted, report)
        if not choices.dry_run:
            for _ in settle_links(source.site, source.base, report):
                next(ticks)


def _redirects(source: Source, people: People) -> Iterator[Redirect]:
    """Those that belong to no article. Of an author or topic that no article has there are none."""
    for redirect in source.redirects():
        if redirect.owner is None:
            yield redirect
        elif page := people.path(*redirect.owner):
            yield Redirect(redirect.path, f"{page}{redirect.target}")


def _progress(say: Callable[[str], object], total: int) -> Iterator[None]:
    """Say now and then how many items are done, and how long the others will take."""
    begun = said = time.monotonic()
    for number in count(1):
        now = time.monotonic()
        if now - said > _SECONDS_BETWEEN:
            said = now
            say(progress(number, total, now - begun))
        yield


def progress(done: int, total: int, seconds: float) -> str:
    """How far an import is. `total` is 0 where it is not known."""
    if done > total:
        return f"{done} items in {seconds:.0f} s"
    minutes = seconds / done * (total - done) / 60
    left = f"about {minutes:.0f} minutes" if minutes >= 1.5 else "a minute or less"
    return f"{done} of {total} items in {seconds:.0f} s, {left} left"
