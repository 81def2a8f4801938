"""Addresses of all views, and values that nobody types by accident."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.urls import URLPattern, get_resolver
from django.utils.datastructures import MultiValueDict

DEEP = "[" * 100_000
# Numbers, times and texts beyond what Python, PostgreSQL or a calendar hold, and signs of syntaxes.
ODD = [
    "", "x", "-1", "0", "9" * 30, "9" * 5_000, "9e99", "nan", "inf", "²", "٣", "1" * 18 + "-" + "9" * 18,
    "0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "24:61",
    "(", "[", DEEP, "{}", '{"values": 5}', '{"values": {"x-TOTAL_FORMS": 5, "x": "y"}}', "%", "'\"\\", "=1+1",
    "\u202e", "\u200b", "\x01\x0b", "\ufffe", "é" * 300, "a" * 5_000, "http://[", "//elsewhere.example/", "_00",
]  # fmt: skip
_METHODS = ("__getitem__", "get", "getlist")


def addresses(rows: dict[str, object]) -> Iterator[tuple[str, str]]:
    """Name and address of each view. `rows` has values for "view argument" or "argument"; others are 1."""
    for name, route, entry in _patterns(get_resolver()):
        for key in entry.pattern.converters:
            start = route.index("<")
            value = rows.get(f"{name} {key}", rows.get(key, 1))
            route = f"{route[:start]}{value}{route[route.index('>') + 1 :]}"
        yield name, f"/{route}"


def _patterns(
    resolver: Any, names: str = "", route: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    for entry in resolver.url_patterns:
        here = route + str(entry.pattern).strip("^$")
        if not isinstance(entry, URLPattern):
            yield from _patterns(
                entry, f"{names}{entry.namespace}:" if entry.namespace else names, here
            )
        elif "(?P" not in here:
            yield f"{names}{entry.name}", here, entry


@contextmanager
def names_asked() -> Iterator[set[str]]:
    """The names of inputs that code inside the block reads from a query or a form."""
    asked: set[str] = set()
    usual = {name: getattr(MultiValueDict, name) for name in _METHODS}

    def noting(read: Any) -> Any:
        def look(data: Any, key: Any, *more: Any, **options: Any) -> Any:
            asked.add(str(key))
            return read(data, key, *more, **options)

        return look

    for name, read in usual.items():
        setattr(MultiValueDict, name, noting(read))
    MultiValueDict.__contains__ = noting(dict.__contains__)  # type: ignore[method-assign]
    try:
        yield asked
    finally:
        for name, read in usual.items():
            setattr(MultiValueDict, name, read)
        del MultiValueDict.__contains__
