"""Statements of the search: they use the indexes, and a slow one is stopped."""

from typing import Any

from django.db import OperationalError, connection
from psycopg.errors import QueryCanceled

LONGEST_MS = 2000

# The planner does not know that reading word vectors without an index takes seconds, nor that
# compiling takes longer than these queries do. PostgreSQL runs statements that are sent together
# in one transaction, so these settings end with the last one.
_SETTINGS = """
    SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true),
        set_config('max_parallel_workers_per_gather', '0', true),
        set_config('pg_trgm.similarity_threshold', '0.3', true),
        set_config('statement_timeout', %(longest)s, true);
"""


class TooSlow(Exception):
    """The database stopped the query after LONGEST_MS."""


def bounded(statements: str, **values: Any) -> list[Any]:
    """The rows of the last one of these statements. Raises TooSlow."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_SETTINGS + statements, values | {"longest": str(LONGEST_MS)})
            while cursor.nextset():
                pass
            return cursor.fetchall()
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow from error
        raise
