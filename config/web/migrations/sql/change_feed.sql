-- The database tells every process which pages changed. Triggers call these functions with the tags of changed rows
-- (config/web/cache/change_triggers.py writes them); config/web/cache/change_feed.py listens.
-- Payloads are short, PostgreSQL sends equal ones of a transaction once, and all of them at COMMIT.

-- Beyond 100 tags (MOST_TAGS in change_triggers.py) a bulk change tells everything at once.
CREATE FUNCTION web_tell_changes(tags text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(tags) > 100 THEN
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
