-- Counts articles of a topic and month (UTC) as they come and go: no page has to count a hundred thousand.

-- Rows are written in one order, so that two transactions wait for each other in one direction.
CREATE FUNCTION articles_count() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    gone text := 'SELECT topic_id, status, published_at, -1 AS number FROM old_rows';
    come text := 'SELECT topic_id, status, published_at, 1 AS number FROM new_rows';
BEGIN
    EXECUTE $sql$
        INSERT INTO articles_monthcount AS counted (topic_id, month, number)
        SELECT topic_id, date_trunc('month', published_at AT TIME ZONE 'UTC')::date, sum(number)
        FROM ($sql$ || CASE TG_OP WHEN 'INSERT' THEN come WHEN 'DELETE' THEN gone
            ELSE gone || ' UNION ALL ' || come END || $sql$) changed
        WHERE status IN ('approved', 'published') AND published_at IS NOT NULL
        GROUP BY 1, 2 HAVING sum(number) <> 0 ORDER BY 1, 2
        ON CONFLICT (topic_id, month) DO UPDATE SET number = counted.number + excluded.number
    $sql$;
    RETURN NULL;
END $$;
CREATE TRIGGER count_insert AFTER INSERT ON articles_article REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION articles_count();
CREATE TRIGGER count_update AFTER UPDATE ON articles_article
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION articles_count();
CREATE TRIGGER count_delete AFTER DELETE ON articles_article REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION articles_count();

CREATE FUNCTION articles_count_none() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM articles_monthcount;
    RETURN NULL;
END $$;
CREATE TRIGGER count_truncate AFTER TRUNCATE ON articles_article
    FOR EACH STATEMENT EXECUTE FUNCTION articles_count_none();

-- For all at once, after a bulk load without triggers.
CREATE FUNCTION articles_recount() RETURNS void
LANGUAGE sql SET search_path FROM CURRENT AS $$
    DELETE FROM articles_monthcount;
    INSERT INTO articles_monthcount (topic_id, month, number)
    SELECT topic_id, date_trunc('month', published_at AT TIME ZONE 'UTC')::date, count(*)
    FROM articles_article
    WHERE status IN ('approved', 'published') AND published_at IS NOT NULL
    GROUP BY 1, 2
$$;
