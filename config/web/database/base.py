"""Django's backend for PostgreSQL, with two differences.

No text can break a query. PostgreSQL takes neither NUL nor a lone surrogate. A request can bring
them in more places than forms: in an address, a quoted cookie, a number of the admin. They are
removed on the way to the database.

A connection in use is not asked in each request whether it still works.
"""

import re
import select
import time
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus
from psycopg.types.string import StrDumperUnknown

from config.web.database.slow_queries import note_slow_query

# How long a connection counts as working. Firewalls forget those that are idle for minutes.
ASKED_AGAIN_SECONDS = 5.0
_REFUSED = re.compile("[\x00\ud800-\udfff]")


class _StorableText(StrDumperUnknown):
    def dump(self, obj: str) -> Any:
        return super().dump(_REFUSED.sub("", obj))


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asked_at = -ASKED_AGAIN_SECONDS
        if settings.SLOW_QUERY_MS:
            self.execute_wrappers.append(note_slow_query)

    def is_usable(self) -> bool:
        """Whether the connection still works.

        The server is asked every few seconds, and when a query has failed. In between nothing has
        to be sent: one can read from a connection that the server has ended.
        """
        now = time.monotonic()
        was_asked_just_now = not self.errors_occurred and now - self._asked_at < ASKED_AGAIN_SECONDS
        if was_asked_just_now and not self._has_more_to_say():
            return True
        self._asked_at = now
        return super().is_usable()

    def _has_more_to_say(self) -> bool:
        """Whether the server has sent something, or the connection is closed or amid a query."""
        if self.connection is None or self.connection.closed:
            return True
        arrived = select.poll()
        arrived.register(self.connection.fileno(), select.POLLIN)
        status = self.connection.pgconn.transaction_status
        return bool(arrived.poll(0)) or status != TransactionStatus.IDLE

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.adapters.register_dumper(str, _StorableText)
        self._asked_at = time.monotonic()
        return connection
