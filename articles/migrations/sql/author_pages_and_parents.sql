-- In the place of the one in change_feed.sql: the name says on which page of the list of authors somebody stands.
CREATE OR REPLACE FUNCTION articles_author_tags(was articles_author, now articles_author)
RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    first_article timestamptz;
BEGIN
    IF was.name <> now.name THEN
        PERFORM articles_wait_for_lists();
        first_article := (SELECT min(published_at) FROM articles_contribution WHERE author_id = now.id);
    END IF;
    RETURN ARRAY[
        CASE WHEN (was.name, was.slug, was.portrait_id) IS DISTINCT FROM (now.name, now.slug, now.portrait_id)
            THEN 'author-' || was.id END,
        CASE WHEN (was.role, was.credentials, was.affiliation, was.orcid, was.bio)
            IS DISTINCT FROM (now.role, now.credentials, now.affiliation, now.orcid, now.bio)
            THEN 'author-' || was.id || '-bio' END,
        CASE WHEN was.slug <> now.slug THEN 'sitemap-authors' END,
        web_tag_from('authors', first_article)
    ];
END $$;

-- In the place of the one in front_and_series.sql: a topic's own pages, too, name the one that it is part of.
CREATE OR REPLACE FUNCTION articles_topic_tags(was articles_topic, now articles_topic)
RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    first_article timestamptz;
    moved CONSTANT boolean := was.parent_id IS DISTINCT FROM now.parent_id;
BEGIN
    IF moved OR (was.name, was.slug, was.position) IS DISTINCT FROM (now.name, now.slug, now.position) THEN
        PERFORM articles_wait_for_lists();
        first_article := (
            SELECT min(first.at) FROM articles_topic topic CROSS JOIN LATERAL (
                SELECT published_at AS at FROM articles_article
                WHERE topic_id = topic.id AND status IN ('approved', 'published') AND published_at IS NOT NULL
                ORDER BY published_at, id LIMIT 1
            ) first
            WHERE now.id IN (topic.id, topic.parent_id)
        );
    END IF;
    RETURN ARRAY[
        CASE WHEN (was.name, was.slug) IS DISTINCT FROM (now.name, now.slug) THEN 'topic-' || was.id END,
        CASE WHEN moved OR was.description IS DISTINCT FROM now.description THEN 'topic-' || was.id || '-page' END,
        CASE WHEN was.disclaimer IS DISTINCT FROM now.disclaimer THEN 'topic-' || was.id || '-disclaimer' END,
        CASE WHEN moved THEN web_tag_from('topic-' || was.parent_id || '-page', first_article) END,
        CASE WHEN moved THEN web_tag_from('topic-' || now.parent_id || '-page', first_article) END,
        CASE WHEN moved THEN web_tag_from('sitemap', first_article) END,
        CASE WHEN moved OR was.slug <> now.slug THEN web_tag_from('sitemap-topics', first_article) END,
        web_tag_from('menu', first_article)
    ];
END $$;
