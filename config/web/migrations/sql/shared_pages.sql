-- Pages that processes share, and the changes that end them (config/web/cache/shared_pages.py says how).
-- Unlogged: after a crash of PostgreSQL all three are empty.

-- A page: `named` is a hash of build and address, `seen` the transactions whose changes it shows.
CREATE UNLOGGED TABLE web_shared_page (
    named bytea PRIMARY KEY,
    seen pg_snapshot NOT NULL,
    tags text[] NOT NULL,
    kept_at double precision NOT NULL,
    ends_at double precision NOT NULL,
    headers text NOT NULL,
    etag text NOT NULL,
    body bytea NOT NULL
);
ALTER TABLE web_shared_page ALTER body SET STORAGE EXTERNAL;  -- it is compressed

-- Told tags with their transactions. Rows are only added, so that nobody waits for another's COMMIT.
CREATE UNLOGGED TABLE web_shared_change (
    tag text,
    changed xid8,
    starts double precision,
    PRIMARY KEY (tag, changed, starts)
);

-- Changes of transactions before `since` are forgotten; those before `next` will be.
CREATE UNLOGGED TABLE web_shared_floor (
    id boolean PRIMARY KEY CHECK (id),
    since xid8 NOT NULL,
    next xid8 NOT NULL,
    next_at double precision NOT NULL
);

CREATE FUNCTION web_note_changes(tags text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO web_shared_change (tag, changed, starts)
    SELECT split_part(tag, '@', 1), pg_current_xact_id(), coalesce(nullif(split_part(tag, '@', 2), '')::double precision, 0)
    FROM unnest(tags) AS tag
    WHERE tag NOT IN ('', 'deadlines')
    ON CONFLICT DO NOTHING
$$;

CREATE OR REPLACE FUNCTION web_tell_changes(tags text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(tags) > 100 THEN
        PERFORM pg_notify('colophon_changes', '*');
        PERFORM web_queue_purges(ARRAY['*']);
        PERFORM web_note_changes(ARRAY['*']);
    ELSE
        PERFORM pg_notify('colophon_changes', tag) FROM unnest(tags) AS tag;
        PERFORM web_queue_purges(tags);
        PERFORM web_note_changes(tags);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION web_tell_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('colophon_changes', '*');
    PERFORM web_queue_purges(ARRAY['*']);
    PERFORM web_note_changes(ARRAY['*']);
    RETURN NULL;
END $$;
