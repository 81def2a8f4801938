CREATE FUNCTION comments_mostdiscussed_tags(was comments_mostdiscussed, now comments_mostdiscussed)
RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY['discussed']
$$;
SELECT web_tell_rows_of('comments_mostdiscussed');
