-- Of the settings of discussions readers see the rules, and whether comments are open. The rest is for moderators;
-- `discussion-settings` stands on no page: it is for the copy that each process keeps (DiscussionSettings.kept()).

CREATE FUNCTION comments_discussionsettings_tags(was comments_discussionsettings, now comments_discussionsettings)
RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY[
        'discussion-settings',
        CASE WHEN (was.rules_html, was.close_after_days) IS DISTINCT FROM (now.rules_html, now.close_after_days)
            THEN 'discussion' END,
        CASE WHEN was.close_after_days IS DISTINCT FROM now.close_after_days THEN 'deadlines' END
    ]
$$;

SELECT web_tell_rows_of('comments_discussionsettings');
