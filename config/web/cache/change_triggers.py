"""SQL of the triggers that tell the change feed which pages a changed row stands on.

For migrations only: what they wrote into a database is not written again when this changes.
tests/config/test_change_feed.py and test_cached_pages.py hold what the triggers do.
"""

# At most so many different tags in one statement; a bulk change tells everything at once instead.
# The same number stands in web_tell_changes (config/web/migrations/sql/change_feed.sql).
MOST_TAGS = 100


def tell_changes(
    table: str, tags: str, *, where: str = "was IS DISTINCT FROM now", key: str = "id"
) -> str:
    """Triggers on `table` that tell `tags`, an SQL array made of the rows `was` and `now`.

    One of the two is NULL in an insert or a delete; NULL tags are left out. `where` says which
    changes count. They run once for a statement, so that a change of a hundred thousand rows costs
    one message.
    """
    return "".join(
        _trigger(table, key, tags, where, event, transition, was, now)
        for event, transition, was, now in (
            ("INSERT", "NEW TABLE AS new_rows", "NULL", "new_rows"),
            ("UPDATE", "OLD TABLE AS old_rows NEW TABLE AS new_rows", "old_rows", "new_rows"),
            ("DELETE", "OLD TABLE AS old_rows", "old_rows", "NULL"),
        )
    ) + (
        f"CREATE TRIGGER tell_truncate AFTER TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION web_tell_everything();\n"
    )


def differ(*columns: str) -> str:
    """Whether a change touched one of these columns."""
    was, now = (", ".join(f"{row}.{column}" for column in columns) for row in ("was", "now"))
    return f"({was}) IS DISTINCT FROM ({now})"


def _trigger(
    table: str, key: str, tags: str, where: str, event: str, transition: str, was: str, now: str
) -> str:
    none = f"(SELECT * FROM {table} WHERE false)"
    was, now = (none if rows == "NULL" else rows for rows in (was, now))
    name = f"tell_{event.lower()}"
    return f"""
CREATE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM web_tell_changes(array_agg(tag)) FROM (
        SELECT DISTINCT tag
            FROM {was} AS was FULL JOIN {now} AS now ON now.{key} = was.{key}
            CROSS JOIN LATERAL unnest({tags}) AS tag
            WHERE tag IS NOT NULL AND ({where})
            LIMIT {MOST_TAGS + 1}
    ) AS changed;
    RETURN NULL;
END $$;
CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {transition}
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_{name}();
"""
