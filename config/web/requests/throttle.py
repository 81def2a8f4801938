"""Rate limits counted in PostgreSQL, in fixed windows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from config.web.database.at_once import Statement, run_at_once
from config.web.models import RateLimit
from config.web.requests.signed_links import keyed_hash

_COUNT = """
    INSERT INTO web_ratelimit (scope, key, window_start, count)
        SELECT * FROM (VALUES {rows}) AS tried WHERE {where}
    ON CONFLICT (scope, key, window_start)
    DO UPDATE SET count = web_ratelimit.count + EXCLUDED.count
    RETURNING scope, count
"""


@dataclass(frozen=True)
class Limit:
    """At most `times` in each window of `period` for one key, such as a network or an address."""

    scope: str
    times: int
    period: timedelta

    def allows(self, key: str, *, step: int = 1) -> bool:
        """Count one more try and say whether it is within the limit. Atomic across processes.

        Refuse a request only by its own network's limit. A limit that strangers can fill up must
        hold or postpone instead, and no answer may tell that it is reached. A step of 0 counts
        nothing and takes the same time.
        """
        return self._count(key, step) <= self.times

    def turn(self, key: str) -> datetime:
        """Count one more try. Returns its time: now, or the start of the first window with room."""
        return run_at_once(self.to_turn(key))[0]

    def to_turn(self, key: str) -> Statement:
        """What counts one more try and gives its time, to be run together with others."""

        def read(rows: list[Any]) -> datetime:
            full_windows = (rows[0][1] - 1) // self.times
            start = self._window_start()
            return start + full_windows * self.period if full_windows else timezone.now()

        return Statement(counting(1), values_of((self, key)), read)

    def take(self, key: str, wanted: int) -> int:
        """Reserve up to `wanted` tries. Returns how many there is room for."""
        before = self._count(key, wanted) - wanted
        got = max(0, min(wanted, self.times - before))
        self.give_back(key, wanted - got)
        return got

    def give_back(self, key: str, number: int) -> None:
        """Give back tries that were reserved and not used."""
        if number:
            scope, hashed, window, _step = self._row(key, 0)
            counted = RateLimit.objects.filter(scope=scope, key=hashed, window_start=window)
            counted.update(count=Greatest(F("count") - number, 0))

    def _count(self, key: str, step: int = 1) -> int:
        return _count_rows([self._row(key, step)])[self.scope]

    def _row(self, key: str, step: int) -> tuple[str, str, datetime, int]:
        hashed = keyed_hash("colophon.throttle", key).hex()
        return self.scope, hashed, self._window_start(), step

    def retry_after(self) -> int:
        """Seconds until the present window ends, for the Retry-After header."""
        return max(1, int((self._window_start() + self.period - timezone.now()).total_seconds()))

    def _window_start(self) -> datetime:
        seconds = int(self.period.total_seconds())
        return datetime.fromtimestamp(int(timezone.now().timestamp()) // seconds * seconds, tz=UTC)


def count_all(*tries: tuple[Limit, str]) -> list[Limit]:
    """Count one try of a key for each of several limits, in one statement.

    Returns the limits that are exceeded. The limits must have different scopes.
    """
    counts = _count_rows([limit._row(key, step=1) for limit, key in tries])
    return [limit for limit, _key in tries if counts[limit.scope] > limit.times]


def counting(number: int, *, where: str = "true") -> str:
    """SQL that counts a number of tries and gives the new counts by scope, for `values_of`."""
    return _COUNT.format(rows=", ".join(["(%s, %s, %s, %s)"] * number), where=where)


def values_of(*tries: tuple[Limit, str]) -> list[Any]:
    """What stands in `counting`: one try of a key for each of several limits."""
    return _in_order([limit._row(key, step=1) for limit, key in tries])


def _in_order(rows: list[tuple[str, str, datetime, int]]) -> list[Any]:
    # Locked in one order by everybody, so that two requests never wait for each other.
    return [value for row in sorted(rows) for value in row]


def _count_rows(rows: list[tuple[str, str, datetime, int]]) -> dict[str, int]:
    """The new counts by scope."""
    with connection.cursor() as cursor:
        cursor.execute(counting(len(rows)), _in_order(rows))
        return dict(cursor.fetchall())


def too_many(
    page: Callable[..., HttpResponse], request: HttpRequest, form: Form, limit: Limit, text: Any
) -> HttpResponse:
    """The page of a form with what was typed, and `text`, which says %(minutes)s: 429.

    `page(request, form, status=429)` makes the page; `text` comes from `ngettext_lazy`.
    """
    wait = limit.retry_after()
    form.add_error(None, text % {"minutes": ceil(wait / 60)})
    response = page(request, form, status=429)
    response.headers["Retry-After"] = str(wait)
    return response
