-- In the place of a function of change_feed.sql, which knew no language.

-- The article itself. Where it stands among the others is told below.
CREATE OR REPLACE FUNCTION articles_article_tags(was articles_article, now articles_article) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY[
        CASE WHEN (was.title, was.slug, was.standfirst, was.topic_id, was.hero_id, was.key_takeaways, was.disclosure,
                was.published_at, was.updated_at, was.reviewed_at, was.review_by, was.body_html, was.contents, was.plain_text,
                was.word_count, was.reading_minutes, was.language, was_public)
            IS DISTINCT FROM (now.title, now.slug, now.standfirst, now.topic_id, now.hero_id, now.key_takeaways, now.disclosure,
                now.published_at, now.updated_at, now.reviewed_at, now.review_by, now.body_html, now.contents, now.plain_text,
                now.word_count, now.reading_minutes, now.language, now_public)
            THEN 'article-' || number END,
        -- What lists and other articles show of it: a card, or its title and day.
        CASE WHEN (was.title, was.slug, was.standfirst, was.topic_id, was.hero_id, was.published_at, was.reading_minutes,
                was.language, was_public)
            IS DISTINCT FROM (now.title, now.slug, now.standfirst, now.topic_id, now.hero_id, now.published_at,
                now.reading_minutes, now.language, now_public)
            THEN 'card-' || number END,
        CASE WHEN (was.title, was.slug, was.language, was.published_at, was_public)
            IS DISTINCT FROM (now.title, now.slug, now.language, now.published_at, now_public)
            THEN 'title-' || number END,
        CASE WHEN (was.comments_open, was.comments_close_at) IS DISTINCT FROM (now.comments_open, now.comments_close_at)
            THEN 'opening-' || number END,
        CASE WHEN was.picked_at IS DISTINCT FROM now.picked_at THEN web_tag_from('picks', shown_at) END,
        CASE WHEN (was.slug, was.hero_id, was.updated_at) IS DISTINCT FROM (now.slug, now.hero_id, now.updated_at)
            THEN web_tag_from(articles_sitemap_file(number), shown_at) END,
        CASE WHEN changed THEN web_tag_from('sitemap', shown_at) END,
        CASE WHEN changed THEN web_tag_from('sitemap-topics', shown_at) END,
        CASE WHEN changed THEN web_tag_from('sitemap-authors', shown_at) END,
        CASE WHEN (was.published_at, was.topic_id, was.comments_close_at, was_public)
            IS DISTINCT FROM (now.published_at, now.topic_id, now.comments_close_at, now_public)
            THEN 'deadlines' END
    ]
    FROM (
        SELECT coalesce(now.id, was.id) AS number, was.updated_at IS DISTINCT FROM now.updated_at AS changed,
            articles_is_public(was.status, was.published_at) AS was_public,
            articles_is_public(now.status, now.published_at) AS now_public
    ) article
    CROSS JOIN LATERAL (
        SELECT least(CASE WHEN was_public THEN was.published_at END, CASE WHEN now_public THEN now.published_at END) AS shown_at
    ) times
    WHERE was_public OR now_public
$$;
