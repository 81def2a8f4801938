-- What is told to the page caches is queued for the CDN, too, in the same transaction (config/web/cdn/purging.py).
-- Only while web_installation says that there is one.

-- A tag may carry the times between which it matters: `tag@from@until`, in Unix time (change_feed.py).
CREATE FUNCTION web_queue_purges(tags text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO web_purge (tag, due_at)
    SELECT split_part(tag, '@', 1),
        greatest(clock_timestamp(), to_timestamp(nullif(split_part(tag, '@', 2), '')::double precision))
    FROM unnest(tags) AS tag
    WHERE EXISTS (SELECT FROM web_installation WHERE has_cdn)
        AND split_part(tag, '@', 1) NOT IN ('', 'deadlines')
        AND coalesce(to_timestamp(nullif(split_part(tag, '@', 3), '')::double precision) > clock_timestamp(), true);
$$;

CREATE OR REPLACE FUNCTION web_tell_changes(tags text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(tags) > 100 THEN
        PERFORM pg_notify('colophon_changes', '*');
        PERFORM web_queue_purges(ARRAY['*']);
    ELSE
        PERFORM pg_notify('colophon_changes', tag) FROM unnest(tags) AS tag;
        PERFORM web_queue_purges(tags);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION web_tell_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('colophon_changes', '*');
    PERFORM web_queue_purges(ARRAY['*']);
    RETURN NULL;
END $$;
