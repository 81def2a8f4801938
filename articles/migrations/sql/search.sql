-- Full-text search. The database itself keeps the entries: whatever writes an article, a contribution or an author's
-- name (the admin, an import, a bulk update, somebody in psql), the search knows it at COMMIT. docs/search.md

-- Vectors lie outside the row and uncompressed: sorting matches by date reads no vector, ranking reads them fast.
ALTER TABLE articles_searchentry ALTER COLUMN heading SET STORAGE EXTERNAL;
ALTER TABLE articles_searchentry ALTER COLUMN document SET STORAGE EXTERNAL;
ALTER TABLE articles_searchentry SET (toast_tuple_target = 128, fillfactor = 90);

-- Positions in a vector end at 16,383 words and a vector at 1 MB: more text than this would add nothing, or fail.
CREATE FUNCTION articles_search_words(text) RETURNS tsvector
LANGUAGE sql STABLE SET search_path FROM CURRENT
RETURN to_tsvector('colophon', left(web_search_words($1), 100000));

-- Makes the entries of these articles anew, or takes them away.
-- The articles are locked before they are read: two transactions that change an article's title and its authors at
-- once would else each write an entry without the other's change.
-- Without sequential scans, because a plan made while the table was small is kept by a session that fills it.
CREATE FUNCTION articles_search_refresh(ids bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT SET enable_seqscan = off AS $$
BEGIN
    PERFORM 1 FROM articles_article WHERE id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM articles_searchentry entry USING articles_article article
    WHERE entry.article_id = ANY (ids) AND article.id = entry.article_id
        AND (article.status NOT IN ('approved', 'published') OR article.published_at IS NULL);
    INSERT INTO articles_searchentry AS entry (article_id, published_at, topic_id, heading, document, words_read)
    SELECT article.id, article.published_at, article.topic_id, made.heading,
        made.heading || setweight(articles_search_words(left(article.plain_text, 100000)), 'C'), false
    FROM articles_article article
    CROSS JOIN LATERAL (
        SELECT coalesce(string_agg(author.name, ' . ' ORDER BY line.position, line.id), '') AS names
        FROM articles_contribution line JOIN articles_author author ON author.id = line.author_id
        WHERE line.article_id = article.id AND line.part = 'author'
    ) byline
    CROSS JOIN LATERAL (
        SELECT setweight(articles_search_words(article.title), 'A')
            || setweight(articles_search_words(article.standfirst), 'B')
            || setweight(articles_search_words(left(byline.names, 10000)), 'B') AS heading
    ) made
    WHERE article.id = ANY (ids)
        AND article.status IN ('approved', 'published') AND article.published_at IS NOT NULL
    ON CONFLICT (article_id) DO UPDATE SET
        published_at = excluded.published_at, topic_id = excluded.topic_id,
        heading = excluded.heading, document = excluded.document,
        words_read = entry.words_read AND entry.document = excluded.document;
END $$;

CREATE FUNCTION articles_search_article() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM articles_search_refresh(ARRAY[NEW.id::bigint]);
    RETURN NULL;
END $$;
CREATE TRIGGER articles_search_new AFTER INSERT ON articles_article FOR EACH ROW
    WHEN (NEW.status IN ('approved', 'published'))
    EXECUTE FUNCTION articles_search_article();
CREATE TRIGGER articles_search_changed AFTER UPDATE ON articles_article FOR EACH ROW
    WHEN ((OLD.title, OLD.standfirst, OLD.plain_text, OLD.status, OLD.published_at, OLD.topic_id)
        IS DISTINCT FROM (NEW.title, NEW.standfirst, NEW.plain_text, NEW.status, NEW.published_at, NEW.topic_id))
    EXECUTE FUNCTION articles_search_article();

-- Before, because deleting the contributions has just made the entry anew.
CREATE FUNCTION articles_search_forget() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM articles_searchentry WHERE article_id = OLD.id;
    RETURN OLD;
END $$;
CREATE TRIGGER articles_search_deleted BEFORE DELETE ON articles_article FOR EACH ROW
    EXECUTE FUNCTION articles_search_forget();

CREATE FUNCTION articles_search_contribution() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        -- A change of the name that is under way is waited for, and waits for us.
        PERFORM 1 FROM articles_author WHERE id = NEW.author_id FOR SHARE;
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM articles_search_refresh(ARRAY[NEW.article_id::bigint]);
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM articles_search_refresh(ARRAY[OLD.article_id::bigint]);
    ELSE
        PERFORM articles_search_refresh(ARRAY[OLD.article_id::bigint, NEW.article_id::bigint]);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER articles_search_credited AFTER INSERT OR DELETE ON articles_contribution FOR EACH ROW
    EXECUTE FUNCTION articles_search_contribution();
CREATE TRIGGER articles_search_recredited AFTER UPDATE ON articles_contribution FOR EACH ROW
    WHEN ((OLD.article_id, OLD.author_id, OLD.part) IS DISTINCT FROM (NEW.article_id, NEW.author_id, NEW.part))
    EXECUTE FUNCTION articles_search_contribution();

CREATE FUNCTION articles_search_author() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM articles_search_refresh(ARRAY(
        SELECT article_id::bigint FROM articles_contribution WHERE author_id = NEW.id AND part = 'author'
    ));
    RETURN NULL;
END $$;
CREATE TRIGGER articles_search_renamed AFTER UPDATE ON articles_author FOR EACH ROW
    WHEN (OLD.name IS DISTINCT FROM NEW.name)
    EXECUTE FUNCTION articles_search_author();
