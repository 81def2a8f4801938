"""The database as the migrations left it, again after each test that commits.

Django truncates all tables and writes the rows of the migrations anew, one by one and twice a test: a third of a second,
hundreds of times. Here the rows are copied once, tables are emptied by the quicker statement, and one statement a table
puts the copies back. Where the database's user is no superuser, truncation stays.
"""

from django.db import DatabaseError, connection, transaction

SCHEMA = "as_migrated"
LARGE = 1_000_000  # bytes: rows that were deleted would slow later reads of the table down


def keep_rows_of_migrations():
    """Once a session, before the first test."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
        for table in _tables(cursor):
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")')
            if cursor.fetchone()[0]:
                cursor.execute(f'CREATE TABLE {SCHEMA}."{table}" AS TABLE "{table}"')


def empty_database():
    """All tables hold what the migrations wrote, and nothing else."""
    with transaction.atomic(), connection.cursor() as cursor:
        has_triggers_off = _switch_triggers_off(cursor)
        cursor.execute(
            "SELECT relname, pg_relation_size(oid) FROM pg_class WHERE relname = ANY (%s)"
            " AND relnamespace = 'public'::regnamespace",
            [_tables(cursor)],
        )
        sizes = cursor.fetchall()
        truncated = [name for name, size in sizes if size > LARGE or not has_triggers_off]
        deleted = [name for name, size in sizes if size > 0 and name not in truncated]
        statements = [f'DELETE FROM "{name}"' for name in deleted]
        if truncated:
            names = ", ".join(f'"{name}"' for name in truncated)
            statements.append(f"TRUNCATE {names} CASCADE")
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename", [SCHEMA]
        )
        statements += [
            f'INSERT INTO "{name}" SELECT * FROM {SCHEMA}."{name}"' for (name,) in cursor.fetchall()
        ]
        # No trigger has told it.
        statements.append("SELECT pg_notify('colophon_changes', '*')")
        cursor.execute("; ".join(statements))


def _switch_triggers_off(cursor):
    """Triggers of foreign keys, too: the order of tables is then of no concern."""
    try:
        with transaction.atomic():
            cursor.execute("SET LOCAL session_replication_role = replica")
    except DatabaseError:
        return False
    return True


def _tables(cursor):
    return connection.introspection.django_table_names(only_existing=True, include_views=False)
