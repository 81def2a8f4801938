-- Keeps the times of an article with the people's parts in it: an index then answers what somebody wrote last.
-- The database itself keeps them, as it keeps the search entries: whatever writes an article or a contribution.

-- The article is locked before it is read, so that a change under way is waited for; the person before it, because the
-- search (search.sql) locks in this order.
CREATE FUNCTION articles_contribution_times() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'INSERT' OR (OLD.article_id, OLD.author_id) IS DISTINCT FROM (NEW.article_id, NEW.author_id) THEN
        PERFORM 1 FROM articles_author WHERE id = NEW.author_id FOR SHARE;
    END IF;
    NEW.published_at := NULL;
    NEW.changed_at := NULL;
    SELECT published_at, greatest(published_at, updated_at) INTO NEW.published_at, NEW.changed_at
    FROM (SELECT * FROM articles_article WHERE id = NEW.article_id FOR NO KEY UPDATE) article
    WHERE status IN ('approved', 'published') AND published_at IS NOT NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER contribution_times BEFORE INSERT OR UPDATE ON articles_contribution FOR EACH ROW
    EXECUTE FUNCTION articles_contribution_times();

-- Without sequential scans for the reason in search.sql.
CREATE FUNCTION articles_article_times() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT SET enable_seqscan = off AS $$
BEGIN
    UPDATE articles_contribution SET published_at = NULL WHERE article_id = NEW.id;  -- the trigger above sets it
    RETURN NULL;
END $$;
CREATE TRIGGER article_times AFTER UPDATE ON articles_article FOR EACH ROW
    WHEN ((OLD.status, OLD.published_at, OLD.updated_at)
        IS DISTINCT FROM (NEW.status, NEW.published_at, NEW.updated_at))
    EXECUTE FUNCTION articles_article_times();

-- For all at once, after a bulk load without triggers.
CREATE FUNCTION articles_time_contributions() RETURNS void
LANGUAGE sql SET search_path FROM CURRENT AS $$
    UPDATE articles_contribution line
    SET published_at = article.published_at, changed_at = greatest(article.published_at, article.updated_at)
    FROM articles_article article
    WHERE article.id = line.article_id
        AND article.status IN ('approved', 'published') AND article.published_at IS NOT NULL
$$;
