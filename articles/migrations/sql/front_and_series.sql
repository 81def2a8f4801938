-- Sub-topics, series and the front page: what the database refuses, and which pages a change tells.

-- A parent has no parent. Of two transactions that each see only one half of a chain, the second waits for the first.
CREATE FUNCTION articles_topic_level() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM articles_wait_for_lists();
    IF EXISTS (SELECT FROM articles_topic WHERE id = NEW.parent_id AND parent_id IS NOT NULL)
        OR EXISTS (SELECT FROM articles_topic WHERE parent_id = NEW.id)
    THEN
        RAISE check_violation USING
            CONSTRAINT = 'topic_has_one_level', MESSAGE = 'a sub-topic is part of a topic that is no sub-topic itself';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER topic_has_one_level AFTER INSERT OR UPDATE OF parent_id ON articles_topic FOR EACH ROW
    WHEN (NEW.parent_id IS NOT NULL)
    EXECUTE FUNCTION articles_topic_level();

-- In the place of the one in change_feed.sql. A topic is in the menu with its own articles or those of its sub-topics;
-- `topic-3-page` stands on its own pages and those of its parent.
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
        CASE WHEN was.description IS DISTINCT FROM now.description THEN 'topic-' || was.id || '-page' END,
        CASE WHEN was.disclaimer IS DISTINCT FROM now.disclaimer THEN 'topic-' || was.id || '-disclaimer' END,
        CASE WHEN moved THEN web_tag_from('topic-' || was.parent_id || '-page', first_article) END,
        CASE WHEN moved THEN web_tag_from('topic-' || now.parent_id || '-page', first_article) END,
        CASE WHEN moved THEN web_tag_from('sitemap', first_article) END,
        CASE WHEN moved OR was.slug <> now.slug THEN web_tag_from('sitemap-topics', first_article) END,
        web_tag_from('menu', first_article)
    ];
END $$;

-- In the place of the one in narrow_lists.sql: an article may also come to a series and go from it.
CREATE OR REPLACE FUNCTION articles_places_of(article bigint, topic bigint, at timestamptz)
RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT unnest(ARRAY['articles', 'sitemap', articles_sitemap_file(article), 'sitemap-topics', 'sitemap-authors'])
    UNION ALL SELECT articles_archive_places_of(article, at)
    UNION ALL SELECT 'topic-' || topic || '-page' WHERE topic IS NOT NULL
    UNION ALL SELECT 'author-' || author_id || '-page' FROM articles_contribution WHERE article_id = article
    UNION ALL SELECT unnest(ARRAY['series', 'sitemap-series', 'series-' || series_id])
        FROM articles_seriesentry WHERE article_id = article
    UNION ALL SELECT 'authors' WHERE EXISTS (
        SELECT FROM articles_contribution line WHERE line.article_id = article AND NOT EXISTS (
            SELECT FROM articles_contribution other
            WHERE other.author_id = line.author_id AND other.article_id <> article
                AND (other.published_at, other.article_id) < (at, article)
        )
    )
    UNION ALL SELECT 'corrections' WHERE EXISTS (SELECT FROM articles_correction WHERE article_id = article)
    UNION ALL (
        SELECT 'neighbours-' || id FROM articles_article
        WHERE status IN ('approved', 'published') AND published_at IS NOT NULL
            AND published_at <= at AND (published_at, id) < (at, article)
        ORDER BY published_at DESC, id DESC LIMIT 1
    )
    UNION ALL (
        SELECT 'neighbours-' || id FROM articles_article
        WHERE status IN ('approved', 'published') AND published_at IS NOT NULL
            AND published_at >= at AND (published_at, id) > (at, article)
        ORDER BY published_at, id LIMIT 1
    )
$$;

-- `series-3` stands on the pages of a series and on those of its articles, `series` where new ones are listed.
CREATE FUNCTION articles_series_tags(was articles_series, now articles_series) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    first_part timestamptz;
BEGIN
    IF was.slug <> now.slug THEN
        PERFORM articles_wait_for_lists();
        first_part := (
            SELECT min(published_at) FROM articles_seriesentry entry JOIN articles_article article ON article.id = article_id
            WHERE series_id = now.id AND articles_is_public(status, published_at)
        );
    END IF;
    RETURN ARRAY['series-' || was.id, web_tag_from('sitemap-series', first_part)];
END $$;

-- `parts-7` stands on the page of an article: whether it is in a series. Not for articles that readers cannot see.
CREATE FUNCTION articles_seriesentry_tags(was articles_seriesentry, now articles_seriesentry)
RETURNS text[] LANGUAGE plpgsql AS $$
BEGIN
    PERFORM articles_wait_for_lists();
    RETURN ARRAY(
        SELECT web_tag_from(tag, published_at)
        FROM articles_article
        CROSS JOIN LATERAL unnest(
            ARRAY['series-' || was.series_id, 'series-' || now.series_id]
            || CASE WHEN (was.article_id, was.series_id) IS DISTINCT FROM (now.article_id, now.series_id)
                THEN ARRAY['series', 'sitemap', 'sitemap-series', 'parts-' || id] END
        ) AS tag
        WHERE id IN (was.article_id, now.article_id) AND articles_is_public(status, published_at) AND tag IS NOT NULL
    );
END $$;

CREATE FUNCTION articles_frontpage_tags(was articles_frontpage, now articles_frontpage)
RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY['front', CASE WHEN was.lead_until IS DISTINCT FROM now.lead_until THEN 'deadlines' END]
$$;

SELECT web_tell_rows_of('articles_' || name) FROM unnest(ARRAY['series', 'seriesentry', 'frontpage']) AS name;

-- Without a standfirst a card shows the beginning of the text. 300 is EXCERPT of articles/querysets.py.
CREATE FUNCTION articles_tell_excerpts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM web_tell_changes(array_agg(tag)) FROM (
        SELECT 'card-' || now.id AS tag FROM old_rows was JOIN new_rows now USING (id)
        WHERE now.standfirst = '' AND articles_is_public(now.status, now.published_at)
            AND left(was.plain_text, 300) IS DISTINCT FROM left(now.plain_text, 300)
        LIMIT 101  -- more than web_tell_changes names
    ) changed;
    RETURN NULL;
END $$;
CREATE TRIGGER tell_excerpts AFTER UPDATE ON articles_article REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION articles_tell_excerpts();
