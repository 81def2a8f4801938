-- Which lists an article comes to and goes from, in the place of functions of change_feed.sql that told of more.

-- The months in which this moment may be. They begin at midnight of the site's time zone, which the database does not
-- know: zones are from 12 hours behind UTC to 14 hours ahead.
CREATE FUNCTION articles_months_at(at timestamptz) RETURNS SETOF timestamp LANGUAGE sql IMMUTABLE AS $$
    SELECT DISTINCT date_trunc('month', at AT TIME ZONE 'UTC' + shift)
    FROM unnest(ARRAY[interval '-12 hours', interval '14 hours']) AS shift
$$;

-- Of the archive: its years and months, and `months` when the article is the first in one. An article that is in that
-- month in every zone was there before it, or it is the first.
CREATE FUNCTION articles_archive_places_of(article bigint, at timestamptz) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT 'archive-' || to_char(month, form)
    FROM articles_months_at(at) AS month CROSS JOIN unnest(ARRAY['YYYY', 'YYYY-MM']) AS form
    UNION
    SELECT 'months' FROM articles_months_at(at) AS month
    WHERE NOT EXISTS (
        SELECT FROM articles_article
        WHERE status IN ('approved', 'published') AND published_at IS NOT NULL
            AND published_at >= month AT TIME ZONE 'UTC' + interval '12 hours'
            AND published_at < (month + interval '1 month') AT TIME ZONE 'UTC' - interval '14 hours'
            AND published_at <= at AND (published_at, id) < (at, article)
    )
$$;

-- Where an article stands: what changes when one with this number, topic and time comes or goes. `authors` are the
-- people in print: they change when it is the first article of one of its people.
CREATE OR REPLACE FUNCTION articles_places_of(article bigint, topic bigint, at timestamptz)
RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT unnest(ARRAY['articles', 'sitemap', articles_sitemap_file(article), 'sitemap-topics', 'sitemap-authors'])
    UNION ALL SELECT articles_archive_places_of(article, at)
    UNION ALL SELECT 'topic-' || topic || '-page' WHERE topic IS NOT NULL
    UNION ALL SELECT 'author-' || author_id || '-page' FROM articles_contribution WHERE article_id = article
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

-- Pages of articles that list one as related are told of it as of a card, also when it appears by itself.
CREATE OR REPLACE FUNCTION articles_tags_at(moment timestamptz) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    WITH appearing AS (
        SELECT id, topic_id FROM articles_article
        WHERE status IN ('approved', 'published') AND published_at = moment
    )
    SELECT DISTINCT tag FROM appearing CROSS JOIN LATERAL articles_places_of(id, topic_id, moment) AS tag
    UNION SELECT 'card-' || id FROM appearing
    UNION SELECT 'search'
    UNION SELECT 'menu' FROM appearing
    WHERE topic_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM articles_article earlier
        WHERE earlier.topic_id = appearing.topic_id AND earlier.status IN ('approved', 'published')
            AND earlier.published_at < moment
    )
$$;

-- Another part of somebody changes nothing in the list of people.
CREATE OR REPLACE FUNCTION articles_contribution_tags(was articles_contribution, now articles_contribution)
RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY[
        'article-' || was.article_id, 'card-' || was.article_id,
        'article-' || now.article_id, 'card-' || now.article_id,
        web_tag_from('author-' || was.author_id || '-page', was.published_at),
        web_tag_from('author-' || now.author_id || '-page', now.published_at)
    ] || ARRAY(
        SELECT web_tag_from(tag, least(was.published_at, now.published_at))
        FROM unnest(ARRAY[
            CASE WHEN (was.article_id, was.author_id) IS DISTINCT FROM (now.article_id, now.author_id) THEN 'authors' END,
            'sitemap', 'sitemap-authors'
        ]) AS tag
    )
    WHERE (was.article_id, was.author_id, was.part, was.position)
        IS DISTINCT FROM (now.article_id, now.author_id, now.part, now.position)
$$;
