"""Rate limits counted in PostgreSQL, in fixed windows."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

_COUNT = """
    INSERT INTO web_ratelimit (scope, key, window_start, count) VALUES (%s, %s, %s, %s)
    ON CONFLICT (scope, key, window_start) DO UPDATE SET count = web_ratelimit.count + EXCLUDED.count
    RETURNING count
"""


@dataclass(frozen=True)
class Limit:
    """At most `times` in each window of `period` for one key (a network, an address, the whole site)."""

    scope: str
    times: int
    period: timedelta

    def allows(self, key: str, *, step: int = 1) -> bool:
        """Count one more try and say whether it is within the limit. Atomic across processes.

        Refuse only what the sender's own network did too often: a limit that others can fill up for somebody must hold
        or postpone instead, and tell nobody outside that it is reached. A step of 0 does the same work and counts
        nothing, where time must not tell what came before.
        """
        return self._count(key, step) <= self.times

    def turn(self, key: str) -> datetime:
        """Count one more and say when its turn is: now, or in a later window when those before are full."""
        full_windows = (self._count(key) - 1) // self.times
        return self._window_start() + full_windows * self.period if full_windows else timezone.now()

    def _count(self, key: str, step: int = 1) -> int:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [self.scope, self._hash(key), self._window_start(), step])
            (count,) = cursor.fetchone()
        return count

    def retry_after(self) -> int:
        """Seconds until the present window ends, for the Retry-After header."""
        return max(1, int((self._window_start() + self.period - timezone.now()).total_seconds()))

    def _window_start(self) -> datetime:
        seconds = int(self.period.total_seconds())
        return datetime.fromtimestamp(int(timezone.now().timestamp()) // seconds * seconds, tz=UTC)

    def _hash(self, key: str) -> str:
        return salted_hmac("colophon.throttle", key, algorithm="sha256").hexdigest()
