-- Of the settings of discussions readers see the rules, and whether comments are open. The rest is for moderators.

CREATE FUNCTION comments_discussionsettings_tags(was comments_discussionsettings, now comments_discussionsettings)
RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY[
        CASE WHEN (was.rules_html, was.close_after_days) IS DISTINCT FROM (now.rules_html, now.close_after_days)
            THEN 'discussion' END,
        CASE WHEN was.close_after_days IS DISTINCT FROM now.close_after_days THEN 'deadlines' END
    ]
$$;

SELECT web_tell_rows_of('comments_discussionsettings');
