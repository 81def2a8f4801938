"""Django's backend for PostgreSQL, except that no text can break a query.

PostgreSQL takes neither NUL nor a lone surrogate. A request can bring them in more places than
forms: in an address, a quoted cookie, a number of the admin. They are removed on the way to the
database.
"""

import re
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from psycopg.types.string import StrDumperUnknown

from config.web.database.slow_queries import note_slow_query

_REFUSED = re.compile("[\x00\ud800-\udfff]")


class _StorableText(StrDumperUnknown):
    def dump(self, obj: str) -> Any:
        return super().dump(_REFUSED.sub("", obj))


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.SLOW_QUERY_MS:
            self.execute_wrappers.append(note_slow_query)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.adapters.register_dumper(str, _StorableText)
        return connection
