"""Addresses of all views, and values that nobody types by accident."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from random import Random
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
HEADERS = [
    "ACCEPT", "ACCEPT_LANGUAGE", "ACCEPT_ENCODING", "IF_NONE_MATCH", "IF_MODIFIED_SINCE", "IF_RANGE", "RANGE", "REFERER",
    "USER_AGENT", "COOKIE", "AUTHORIZATION", "ORIGIN", "SEC_FETCH_SITE", "X_FORWARDED_FOR", "X_FORWARDED_PROTO", "X_FORWARDED_HOST",
    "X_REAL_IP", "FORWARDED", "VIA", "X_REQUEST_ID", "X_REQUESTED_WITH", "SEC_GPC", "TRANSFER_ENCODING",
]  # fmt: skip
# As WSGI hands them on: bytes as Latin-1.
IN_HEADERS = [
    "", " ", "*", "\xff\xfe", "\xc3\xa9", "\xed\xa0\x80", "\u00b2", "a" * 20_000, "," * 9_000, ";=" * 9_000, '"' * 9_000,
    'W/"', 'W/"x", *', "bytes=5-1", "bytes=-" + "9" * 5_000, "bytes=" + "0-0," * 2_000, "Sun, 06 Nov 9999 23:59:60 GMT",
    "Thu, 32 Foo 0000 99:99:99 GMT", "Sun, 06 Nov " + "9" * 5_000, "text/html;q=nan", "text/*;q=1e999", "gzip;q=\xb2, br;q=",
    "xx-" * 3_000, "http://[", "https://[::1", "//x:99999/", "null", "Basic =", "Basic /w==", "Bearer \xff", "for=[::1", "[::1]:x",
    "1.2.3.4:99, ::ffff:1.2.3.4, %00", "sessionid=\xff; csrftoken=x; =;;", "colophon_comments ={}; colophon_comments=\"\\777\"",
    "chunked", "identity, CHUNKED",
]  # fmt: skip
HOSTS = [
    "", " ", "testserver:", "testserver:x", "testserver:99999", "TESTSERVER.", "[::1", "[::1]:0", "elsewhere.example", "@testserver",
    "testserver/x", "testserver,testserver", "\xff", "xn--\xe9", "a" * 9_000, "b\xc3\xbccher.example",
]  # fmt: skip
_METHODS = ("__getitem__", "get", "getlist")


def odd_texts(chance: Random, names: Iterable[str]) -> dict[str, list[str]]:
    """Something odd for each name, sometimes twice."""
    return {name: chance.choices(ODD, k=chance.choice((1, 1, 2))) for name in names}


def odd_headers(chance: Random) -> dict[str, str]:
    """Each header, under its name in WSGI."""
    return {f"HTTP_{name}": chance.choice(IN_HEADERS) for name in HEADERS}


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
