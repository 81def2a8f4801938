"""Values that many pages show, kept in each process until the database says that they changed.

The change feed ends them, as it ends pages. A page that is being made takes over their tags. They
must hold nothing of a single reader.

A value is made anew each time where its changes cannot be heard: while the feed does not listen,
without a page cache (Django's test client passes it by), and within a transaction, which may have
changed rows that nobody else sees yet. A value without tags is constant and always kept.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from crispy_forms.utils import render_crispy_form
from django import forms
from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from config.web.cache.change_feed import ChangeFeed
from config.web.cache.deadlines import Deadlines
from config.web.requests.bot_traps import new_stamp

MOST_VALUES = 2_000


@dataclass(frozen=True)
class Kept:
    value: Any
    made_at: int  # the count of changes before its first query


_values: dict[tuple[Any, ...], Kept] = {}
_follows: tuple[ChangeFeed, Deadlines | None] | None = None
_tags_in_the_making: ContextVar[set[str] | None] = ContextVar("tags", default=None)


def follow(feed: ChangeFeed, deadlines: Deadlines | None) -> None:
    """Keep values as long as this feed, that of the process's page cache, tells no change."""
    global _follows
    _values.clear()
    _follows = (feed, deadlines)


def stop_following() -> None:
    """Keep nothing but constants from now on."""
    global _follows
    _follows = None
    _values.clear()


@contextmanager
def collected_tags() -> Iterator[set[str]]:
    """The tags of all values that are used in the block, for the page that is made there."""
    tags: set[str] = set()
    token = _tags_in_the_making.set(tags)
    try:
        yield tags
    finally:
        _tags_in_the_making.reset(token)


def add_tags(*tags: str) -> None:
    """Name rows that a template tag shows, so that the page that is being made ends with them."""
    collected = _tags_in_the_making.get()
    if collected is not None:
        collected.update(tags)


def kept[Value](name: str, make: Callable[[], Value], *tags: str, of: Any = "") -> Value:
    """The value that `make` gives, until one of the tags changes. `of` tells apart some of a name.

    Each language has a value of its own.
    """
    collected = _tags_in_the_making.get()
    if collected is not None:
        collected.update(tags)
    feed, count = _changes_so_far() if tags else (None, 0)
    if tags and feed is None:
        return make()
    key = (name, of, get_language())
    found = _values.get(key)
    if found is None or (feed is not None and not feed.is_fresh(found.made_at, tags)):
        found = Kept(make(), made_at=count)
        if len(_values) >= MOST_VALUES:
            _values.clear()
        _values[key] = found
    return found.value


def _changes_so_far() -> tuple[ChangeFeed | None, int]:
    """The feed and its number of changes; None while changes cannot be heard."""
    if _follows is None or connection.in_atomic_block:
        return None, 0
    feed, deadlines = _follows
    count = feed.catch_up()
    if deadlines is not None:
        count = deadlines.observe(feed, count)
    return (feed, count) if feed.listening else (None, 0)


def blank_form(make: Callable[..., forms.Form], **values: str) -> SafeString:
    """What `{% crispy form %}` gives for the unbound form `make(**values)`, but faster.

    It is a hundred times as fast. `make` is a function of a module, and puts each value unchanged
    to where HTML escapes it.
    """

    def made() -> str:
        form = make(**{name: placeholder(name) for name in values})
        form.initial["rendered"] = placeholder("rendered")
        return render_crispy_form(form)

    html = kept("form", made, of=(make, *values))
    return filled(html, **values, rendered=new_stamp())


def filled(html: str, **values: str) -> SafeString:
    """The kept HTML with a value in place of each placeholder."""
    for name, value in values.items():
        html = html.replace(placeholder(name), escape(value))
    return mark_safe(html)  # noqa: S308 - made by a template, and filled in escaped


def placeholder(name: str) -> str:
    """A text that stands for a value. It is a slug, so that an address can be made with it."""
    return f"here-comes-the-{name}"
