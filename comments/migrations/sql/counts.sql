-- Keeps the counts, whoever changes comments and by whatever way: of an article's thread, of the replies shown below a
-- comment, and of what became of a writer's comments.

-- Counts one comment in (step 1) or out (-1). A writer is made by the first comment.
CREATE FUNCTION comment_count(c comments_comment, step integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF c.status = 'approved' THEN
        INSERT INTO comments_thread AS t (article_id, shown) VALUES (c.article_id, greatest(step, 0))
            ON CONFLICT (article_id) DO UPDATE SET shown = t.shown + step;
        IF cardinality(c.path) > 1 THEN
            UPDATE comments_comment SET shown_replies = shown_replies + step
                WHERE id = ANY (c.path[1:cardinality(c.path) - 1]);
        END IF;
    END IF;
    IF c.email <> '' THEN
        INSERT INTO comments_writer AS w (email, first_seen_at, approved, rejected, spam, mail_attempts)
            VALUES (
                lower(c.email), c.created_at,
                (c.status = 'approved')::int * greatest(step, 0),
                (c.status IN ('rejected', 'removed'))::int * greatest(step, 0),
                (c.status = 'spam')::int * greatest(step, 0),
                0
            )
            ON CONFLICT (email) DO UPDATE SET
                first_seen_at = least(w.first_seen_at, EXCLUDED.first_seen_at),
                approved = w.approved + (c.status = 'approved')::int * step,
                rejected = w.rejected + (c.status IN ('rejected', 'removed'))::int * step,
                spam = w.spam + (c.status = 'spam')::int * step;
    END IF;
END $$;

CREATE FUNCTION comment_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM comment_count(OLD, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM comment_count(NEW, 1);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER comment_counts_new AFTER INSERT OR DELETE ON comments_comment
    FOR EACH ROW EXECUTE FUNCTION comment_counts();
CREATE TRIGGER comment_counts_changed AFTER UPDATE OF status, email ON comments_comment
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.email IS DISTINCT FROM NEW.email)
    EXECUTE FUNCTION comment_counts();

-- For all at once, after a bulk load without triggers.
CREATE FUNCTION comments_recount() RETURNS void LANGUAGE sql AS $$
    INSERT INTO comments_thread AS t (article_id, shown)
        SELECT article_id, count(*) FROM comments_comment WHERE status = 'approved' GROUP BY article_id
        ON CONFLICT (article_id) DO UPDATE SET shown = EXCLUDED.shown;
    UPDATE comments_thread t SET shown = 0 WHERE shown <> 0 AND NOT EXISTS (
        SELECT 1 FROM comments_comment c WHERE c.article_id = t.article_id AND c.status = 'approved');
    WITH below AS (
        SELECT above AS id, count(*) AS n
            FROM comments_comment c CROSS JOIN LATERAL unnest(c.path[1:cardinality(c.path) - 1]) AS above
            WHERE c.status = 'approved' GROUP BY above
    )
    UPDATE comments_comment c SET shown_replies = below.n FROM below
        WHERE c.id = below.id AND c.shown_replies <> below.n;
    INSERT INTO comments_writer AS w (email, first_seen_at, approved, rejected, spam, mail_attempts)
        SELECT lower(email), min(created_at), count(*) FILTER (WHERE status = 'approved'),
                count(*) FILTER (WHERE status IN ('rejected', 'removed')),
                count(*) FILTER (WHERE status = 'spam'), 0
            FROM comments_comment WHERE email <> '' GROUP BY lower(email)
        ON CONFLICT (email) DO UPDATE SET approved = EXCLUDED.approved, rejected = EXCLUDED.rejected,
            spam = EXCLUDED.spam, first_seen_at = least(w.first_seen_at, EXCLUDED.first_seen_at);
$$;
