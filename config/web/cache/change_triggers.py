"""SQL of the triggers that tell the change feed which pages a changed row stands on. For migrations."""

# At most so many different tags in one statement; a bulk change tells everything at once instead.
MOST_TAGS = 100

# Payloads are short, PostgreSQL sends equal ones of a transaction once, and all of them at COMMIT.
TELL = f"""
CREATE FUNCTION web_tell_changes(tags text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(tags) > {MOST_TAGS} THEN
        PERFORM pg_notify('colophon_changes', '*');
    ELSE
        PERFORM pg_notify('colophon_changes', tag) FROM unnest(tags) AS tag;
    END IF;
END $$;
CREATE FUNCTION web_tell_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('colophon_changes', '*');
    RETURN NULL;
END $$;
"""
DROP_TELL = """
DROP FUNCTION web_tell_changes(text[]);
DROP FUNCTION web_tell_everything();
"""


def tell_changes(
    table: str, tags: str, *, where: str = "was IS DISTINCT FROM now", key: str = "id"
) -> str:
    """Triggers on `table` that tell `tags`, an SQL array made of the rows `was` and `now`.

    One of the two is NULL in an insert or a delete; NULL tags are left out. `where` says which changes count. Once a
    statement, so that a change of a hundred thousand rows costs one message.
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


def drop_tell_changes(table: str) -> str:
    return (
        "".join(
            f"DROP TRIGGER tell_{event} ON {table}; DROP FUNCTION {table}_tell_{event}();\n"
            for event in ("insert", "update", "delete")
        )
        + f"DROP TRIGGER tell_truncate ON {table};\n"
    )


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
