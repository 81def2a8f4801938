"""Django's backend for PostgreSQL, with three differences.

No text can break a query. PostgreSQL takes neither NUL nor a lone surrogate. A request can bring
them in more places than forms: in an address, a quoted cookie, a number of the admin. They are
removed on the way to the database.

A connection in use is not asked in each request whether it still works.

Statements that are written once in each process are planned once in each connection.
"""

import re
import select
import time
from typing import Any, Self

from django.conf import settings
from django.db.backends.postgresql import base, operations
from django.db.backends.utils import CursorWrapper
from psycopg import RawCursor
from psycopg.pq import TransactionStatus
from psycopg.sql import Literal
from psycopg.types.string import StrDumperUnknown

from config.web.database.slow_queries import note_slow_query

# How long a connection counts as working. Firewalls forget those that are idle for minutes.
ASKED_AGAIN_SECONDS = 5.0
# A statement that is used for the third time is planned for those to come.
PREPARED_AFTER = 2
_PLACE = re.compile(r"\$(\d+)")
_REFUSED = re.compile("[\x00\ud800-\udfff]")


class _StorableText(StrDumperUnknown):
    def dump(self, obj: str) -> Any:
        return super().dump(_REFUSED.sub("", obj))


class _UnplannedCursor(RawCursor[Any]):
    def execute(self, query: Any, params: Any = None, **_options: Any) -> Self:
        return super().execute(query, params, prepare=False)


class DatabaseOperations(operations.DatabaseOperations):
    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> Any:
        """The statement with its values, as Django logs it, also of a prepared cursor."""
        if not isinstance(cursor, RawCursor):
            return super().last_executed_query(cursor, sql, params)
        values = [Literal(value).as_string(cursor) for value in params]
        return _PLACE.sub(lambda place: values[int(place[1]) - 1], sql)


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations

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
        if not self.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):  # a pooler keeps no plans
            connection.prepare_threshold = PREPARED_AFTER
        self._asked_at = time.monotonic()
        return connection

    def prepared_cursor(self) -> CursorWrapper:
        """A cursor for statements with places $1, $2 and so on, whose plans PostgreSQL keeps.

        Other cursors of Django write the values into the text, and such texts are never kept. Nor
        are plans within a transaction: it would fail with one that no longer fits (see `unplan`).
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            cursor = _UnplannedCursor if self.in_atomic_block else RawCursor
            return self._prepare_cursor(cursor(self.connection))  # type: ignore[attr-defined]

    def unplan(self) -> None:
        """Forget all plans. PostgreSQL refuses one when a column has another type since then."""
        with self.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
