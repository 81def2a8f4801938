-- Tells the page cache what changed rows concern (config/web/cache/cache_tags.py has the other side).
--
-- A table has a function `<table>_tags(was, now) RETURNS text[]`: the tags of one changed row. All columns of `was` are
-- NULL in an insert, of `now` in a delete; NULL tags are left out. `web_tell_rows_of('<table>')` makes the triggers.

-- A tag that matters from a time on, and until another one: `articles@1764378000.25`. A process that hears it earlier
-- waits for its deadline (config/page_deadlines.py); NULL when there is no such time.
CREATE FUNCTION web_tag_from(tag text, starts timestamptz, ends timestamptz DEFAULT NULL) RETURNS text LANGUAGE sql STABLE
RETURN tag || '@' || extract(epoch FROM starts) || coalesce('@' || extract(epoch FROM ends), '');

-- Once a statement, so that a change of a hundred thousand rows costs one message.
-- Its argument is the key of the table.
CREATE FUNCTION web_tell_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    none text := format('(SELECT * FROM %I WHERE false)', TG_TABLE_NAME);
    tags text[];
BEGIN
    EXECUTE format(
        $sql$
            SELECT array_agg(tag) FROM (
                SELECT DISTINCT tag
                FROM %1$s AS was FULL JOIN %2$s AS now ON now.%3$I = was.%3$I
                CROSS JOIN LATERAL unnest(%4$I(was, now)) AS tag
                WHERE was IS DISTINCT FROM now AND tag IS NOT NULL
                LIMIT 101  -- more than web_tell_changes names
            ) changed
        $sql$,
        CASE TG_OP WHEN 'INSERT' THEN none ELSE 'old_rows' END,
        CASE TG_OP WHEN 'DELETE' THEN none ELSE 'new_rows' END,
        TG_ARGV[0], TG_TABLE_NAME || '_tags'
    ) INTO tags;
    PERFORM web_tell_changes(tags);
    RETURN NULL;
END $$;

-- Makes the triggers of a table that call `teller`, in the place of those that the table had.
CREATE FUNCTION web_tell_rows_of(
    of_table text, key text DEFAULT 'id', teller text DEFAULT 'web_tell_rows', prefix text DEFAULT 'tell'
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    event text;
    rows text;
BEGIN
    FOR event, rows IN VALUES ('insert', 'NEW TABLE AS new_rows'),
        ('update', 'OLD TABLE AS old_rows NEW TABLE AS new_rows'), ('delete', 'OLD TABLE AS old_rows')
    LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS %s_%s ON %I', prefix, event, of_table);
        EXECUTE format('DROP FUNCTION IF EXISTS %s_%s_%s', of_table, prefix, event);
        EXECUTE format(
            'CREATE TRIGGER %1$s_%2$s AFTER %2$s ON %3$I REFERENCING %4$s FOR EACH STATEMENT EXECUTE FUNCTION %5$I(%6$L)',
            prefix, event, of_table, rows, teller, key
        );
    END LOOP;
END $$;
