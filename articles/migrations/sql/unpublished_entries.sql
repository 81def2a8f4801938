-- The words of articles that readers cannot find, for the list at the desk. They stand apart from the readers' entries
-- (search.sql), so that no query of the public search can come upon them.
--
-- The names of the triggers come after those of search.sql in the alphabet, and so do the triggers: those lock the author
-- before the article, and two orders of locks would end in a deadlock.

ALTER TABLE articles_unpublishedentry ALTER COLUMN document SET STORAGE EXTERNAL;
ALTER TABLE articles_unpublishedentry SET (toast_tuple_target = 128, fillfactor = 90);

-- Makes the entries of these articles anew, or takes them away.
CREATE FUNCTION articles_unpublished_refresh(ids bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT SET enable_seqscan = off AS $$
BEGIN
    PERFORM 1 FROM articles_article WHERE id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM articles_unpublishedentry entry USING articles_article article
    WHERE entry.article_id = ANY (ids) AND article.id = entry.article_id
        AND article.status IN ('approved', 'published') AND article.published_at IS NOT NULL;
    INSERT INTO articles_unpublishedentry (article_id, document)
    SELECT article.id, articles_search_words(concat_ws(' . ', article.title, article.standfirst, left(byline.names, 10000),
        left(article.plain_text, 100000)))
    FROM articles_article article
    CROSS JOIN LATERAL (
        SELECT string_agg(author.name, ' . ' ORDER BY line.position, line.id) AS names
        FROM articles_contribution line JOIN articles_author author ON author.id = line.author_id
        WHERE line.article_id = article.id AND line.part = 'author'
    ) byline
    WHERE article.id = ANY (ids)
        AND NOT (article.status IN ('approved', 'published') AND article.published_at IS NOT NULL)
    ON CONFLICT (article_id) DO UPDATE SET document = excluded.document;
END $$;

CREATE FUNCTION articles_unpublished_article() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM articles_unpublished_refresh(ARRAY[NEW.id::bigint]);
    RETURN NULL;
END $$;
CREATE TRIGGER articles_unpublished_new AFTER INSERT ON articles_article FOR EACH ROW
    WHEN (NEW.status NOT IN ('approved', 'published') OR NEW.published_at IS NULL)
    EXECUTE FUNCTION articles_unpublished_article();
CREATE TRIGGER articles_unpublished_changed AFTER UPDATE ON articles_article FOR EACH ROW
    WHEN ((OLD.title, OLD.standfirst, OLD.plain_text, OLD.status, OLD.published_at)
        IS DISTINCT FROM (NEW.title, NEW.standfirst, NEW.plain_text, NEW.status, NEW.published_at))
    EXECUTE FUNCTION articles_unpublished_article();

-- Before, because deleting the contributions has just made the entry anew.
CREATE FUNCTION articles_unpublished_forget() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM articles_unpublishedentry WHERE article_id = OLD.id;
    DELETE FROM articles_readcount WHERE article_id = OLD.id;
    RETURN OLD;
END $$;
CREATE TRIGGER articles_unpublished_deleted BEFORE DELETE ON articles_article FOR EACH ROW
    EXECUTE FUNCTION articles_unpublished_forget();

CREATE FUNCTION articles_unpublished_contribution() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM articles_unpublished_refresh(ARRAY[OLD.article_id::bigint]);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM articles_unpublished_refresh(ARRAY[NEW.article_id::bigint]);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER articles_unpublished_credited AFTER INSERT OR DELETE ON articles_contribution FOR EACH ROW
    EXECUTE FUNCTION articles_unpublished_contribution();
CREATE TRIGGER articles_unpublished_recredited AFTER UPDATE ON articles_contribution FOR EACH ROW
    WHEN ((OLD.article_id, OLD.author_id, OLD.part) IS DISTINCT FROM (NEW.article_id, NEW.author_id, NEW.part))
    EXECUTE FUNCTION articles_unpublished_contribution();

CREATE FUNCTION articles_unpublished_author() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM articles_unpublished_refresh(ARRAY(
        SELECT article_id::bigint FROM articles_contribution WHERE author_id = NEW.id AND part = 'author' ORDER BY 1
    ));
    RETURN NULL;
END $$;
CREATE TRIGGER articles_unpublished_renamed AFTER UPDATE ON articles_author FOR EACH ROW
    WHEN (OLD.name IS DISTINCT FROM NEW.name)
    EXECUTE FUNCTION articles_unpublished_author();

SELECT articles_unpublished_refresh(ARRAY(
    SELECT id::bigint FROM articles_article WHERE NOT (status IN ('approved', 'published') AND published_at IS NOT NULL)
));
