"""A database cursor for the search: it uses the indexes, and it stops a slow query."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.errors import QueryCanceled

LONGEST_MS = 2000

# The planner does not know that reading word vectors without an index takes seconds, nor that
# compiling takes longer than these queries do.
_SETTINGS = """
    SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true),
        set_config('max_parallel_workers_per_gather', '0', true),
        set_config('pg_trgm.similarity_threshold', '0.3', true),
        set_config('statement_timeout', %s, true)
"""


class TooSlow(Exception):
    """The database stopped the query after LONGEST_MS."""


@contextmanager
def bounded() -> Iterator[CursorWrapper]:
    """A cursor in a transaction with these settings. Raises TooSlow."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_SETTINGS, [str(LONGEST_MS)])
            yield cursor
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow from error
        raise
