-- As in change_feed.sql, with the point that crops of a picture keep.
CREATE OR REPLACE FUNCTION articles_image_tags(was articles_image, now articles_image) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY[
        CASE WHEN (was.file, was.width, was.height, was.focus_x, was.focus_y)
                IS DISTINCT FROM (now.file, now.width, now.height, now.focus_x, now.focus_y)
            THEN 'image-' || was.id END,
        CASE WHEN (was.alt_text, was.caption, was.credit) IS DISTINCT FROM (now.alt_text, now.caption, now.credit)
            THEN 'image-' || was.id || '-words' END,
        CASE WHEN was.file <> now.file THEN 'image-files' END
    ]
$$;
