-- A comment's path is the numbers of the comments above it and its own. The database refuses a path that does not agree
-- with the comment's parent or article, whoever writes it.
CREATE FUNCTION comment_place() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    above comments_comment;
BEGIN
    IF NEW.parent_id IS NOT NULL THEN
        SELECT * INTO above FROM comments_comment WHERE id = NEW.parent_id;
        IF above.article_id <> NEW.article_id THEN
            RAISE check_violation USING MESSAGE = 'a reply belongs to the article of its parent',
                CONSTRAINT = 'comment_parent_same_article';
        END IF;
        IF NEW.path[1] <> above.path[1] THEN
            RAISE check_violation USING MESSAGE = 'a reply stands in the branch of its parent',
                CONSTRAINT = 'comment_parent_same_branch';
        END IF;
    ELSIF cardinality(NEW.path) <> 1 THEN
        RAISE check_violation USING MESSAGE = 'a comment that answers none begins a branch',
            CONSTRAINT = 'comment_parent_same_branch';
    END IF;
    IF NEW.path[cardinality(NEW.path)] <> NEW.id THEN
        RAISE check_violation USING MESSAGE = 'a path ends with its comment',
            CONSTRAINT = 'comment_path_ends_here';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER comment_place BEFORE INSERT OR UPDATE OF article_id, parent_id, path ON comments_comment
    FOR EACH ROW EXECUTE FUNCTION comment_place();
