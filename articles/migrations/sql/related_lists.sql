-- Which articles are like one is stored, so that pages only read it. The list of an article is chosen here when the
-- article becomes public or gets its time, and when its text or its topic changes. The lists of other articles like it
-- follow in the background (articles/models/related_list.py).

-- Chooses the list of an article for this time; `is_new` when others like it are still to follow.
-- The row is locked first, so that of two that choose at once the later one sees what changed before.
CREATE FUNCTION articles_choose_related(of_article bigint, at timestamptz, is_new boolean) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM 1 FROM articles_relatedlist WHERE entry_id = of_article FOR UPDATE;
    INSERT INTO articles_relatedlist AS list (entry_id, numbers, chosen_at, is_due)
    SELECT article_id, articles_related(article_id, 6, at), at, is_new
    FROM articles_searchentry WHERE article_id = of_article
    ON CONFLICT (entry_id) DO UPDATE SET
        numbers = excluded.numbers, chosen_at = excluded.chosen_at, is_due = list.is_due OR excluded.is_due;
END $$;

-- After the triggers of search.sql, which make the entry: PostgreSQL goes by their names. The time is that of the
-- application's clock, which set both columns.
CREATE FUNCTION articles_relate() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM articles_choose_related(NEW.id, greatest(NEW.published_at, NEW.modified_at), true);
    RETURN NULL;
END $$;
CREATE TRIGGER relate_new AFTER INSERT ON articles_article FOR EACH ROW
    WHEN (articles_is_public(NEW.status, NEW.published_at))
    EXECUTE FUNCTION articles_relate();
CREATE TRIGGER relate_changed AFTER UPDATE ON articles_article FOR EACH ROW
    WHEN (articles_is_public(NEW.status, NEW.published_at) AND (
        OLD.title, OLD.standfirst, OLD.plain_text, OLD.topic_id, OLD.published_at,
        articles_is_public(OLD.status, OLD.published_at)
    ) IS DISTINCT FROM (NEW.title, NEW.standfirst, NEW.plain_text, NEW.topic_id, NEW.published_at, true))
    EXECUTE FUNCTION articles_relate();

-- For all that have none at once, after a bulk load without triggers: those before it in its topic. The task chooses
-- better ones, some at a time, because they are old.
CREATE FUNCTION articles_relate_all() RETURNS void LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO articles_relatedlist (entry_id, numbers, chosen_at, is_due)
    SELECT article_id, CASE WHEN topic_id IS NULL THEN '{}' ELSE coalesce(array_agg(article_id) OVER before, '{}') END,
        published_at, false
    FROM articles_searchentry
    WINDOW before AS (
        PARTITION BY topic_id ORDER BY published_at DESC, article_id DESC ROWS BETWEEN 1 FOLLOWING AND 6 FOLLOWING
    )
    ON CONFLICT (entry_id) DO NOTHING
$$;
SELECT articles_relate_all();

CREATE FUNCTION articles_relatedlist_tags(was articles_relatedlist, now articles_relatedlist)
RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY[
        CASE WHEN was.numbers IS DISTINCT FROM now.numbers THEN 'related-' || coalesce(now.entry_id, was.entry_id) END
    ]
$$;
SELECT web_tell_rows_of('articles_relatedlist', 'entry_id');
