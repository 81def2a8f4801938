-- Which pages a changed row stands on: the tags of config/web/cache/cache_tags.py, made by articles/reading/page_tags.py.
--
-- Rows of one article (`article-7`, `card-7`) tell without asking whether it is public: no page of a draft is kept.
-- What concerns lists is told from the time on at which the article is public (web_tag_from), and not for drafts.

CREATE FUNCTION articles_is_public(status text, published_at timestamptz) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN coalesce(status IN ('approved', 'published') AND published_at IS NOT NULL, false);

-- 10,000 is ROWS_IN_FILE of articles/reading/sitemaps.py.
CREATE FUNCTION articles_sitemap_file(article bigint) RETURNS text LANGUAGE sql IMMUTABLE
RETURN 'sitemap-articles-' || ((article - 1) / 10000 + 1);

-- Of two transactions that change what lists and the menu hold, each must see what the other did. Whoever looks at lists
-- in a trigger waits here first, until COMMIT of the other; the next statement sees its rows.
CREATE FUNCTION articles_wait_for_lists() RETURNS void LANGUAGE sql VOLATILE
RETURN pg_advisory_xact_lock(hashtext('articles.lists'));

-- The article itself. Where it stands among the others is told below.
CREATE FUNCTION articles_article_tags(was articles_article, now articles_article) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY[
        CASE WHEN (was.title, was.slug, was.standfirst, was.topic_id, was.hero_id, was.key_takeaways, was.disclosure,
                was.published_at, was.updated_at, was.reviewed_at, was.review_by, was.body_html, was.contents, was.plain_text,
                was.word_count, was.reading_minutes, was_public)
            IS DISTINCT FROM (now.title, now.slug, now.standfirst, now.topic_id, now.hero_id, now.key_takeaways, now.disclosure,
                now.published_at, now.updated_at, now.reviewed_at, now.review_by, now.body_html, now.contents, now.plain_text,
                now.word_count, now.reading_minutes, now_public)
            THEN 'article-' || number END,
        -- What lists and other articles show of it: a card, or its title and day.
        CASE WHEN (was.title, was.slug, was.standfirst, was.topic_id, was.hero_id, was.published_at, was.reading_minutes,
                was_public)
            IS DISTINCT FROM (now.title, now.slug, now.standfirst, now.topic_id, now.hero_id, now.published_at,
                now.reading_minutes, now_public)
            THEN 'card-' || number END,
        CASE WHEN (was.title, was.slug, was.published_at, was_public)
            IS DISTINCT FROM (now.title, now.slug, now.published_at, now_public)
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

-- Where an article stands: what changes when one with this number, topic and time comes or goes.
CREATE FUNCTION articles_places_of(article bigint, topic bigint, at timestamptz) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT unnest(ARRAY[
        'articles', 'authors', 'sitemap', articles_sitemap_file(article), 'sitemap-topics', 'sitemap-authors'
    ])
    UNION ALL SELECT 'topic-' || topic || '-page' WHERE topic IS NOT NULL
    UNION ALL SELECT 'author-' || author_id || '-page' FROM articles_contribution WHERE article_id = article
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

-- Tells the places that articles came to and went from. A topic is in the menu from its first article on: the menu
-- differs from the earlier to the later of its first articles before and after.
CREATE FUNCTION articles_tell_places() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    none CONSTANT text := '(SELECT * FROM articles_article WHERE false)';
    moved text := format(
        $sql$
            SELECT id, was.topic_id AS was_topic, was.published_at AS was_at, now.topic_id AS now_topic, now.published_at AS now_at
            FROM (SELECT * FROM %s AS o WHERE articles_is_public(status, published_at)) was
            FULL JOIN (SELECT * FROM %s AS n WHERE articles_is_public(status, published_at)) now USING (id)
            WHERE (was.topic_id, was.published_at) IS DISTINCT FROM (now.topic_id, now.published_at)
        $sql$,
        CASE TG_OP WHEN 'INSERT' THEN none ELSE 'old_rows' END,
        CASE TG_OP WHEN 'DELETE' THEN none ELSE 'new_rows' END
    );
    any_moved boolean;
    tags text[];
BEGIN
    EXECUTE format('SELECT EXISTS (%s)', moved) INTO any_moved;
    IF NOT any_moved THEN
        RETURN NULL;
    END IF;
    PERFORM articles_wait_for_lists();
    EXECUTE format(
        $sql$
            WITH moved AS (%s), place AS (
                SELECT id, was_topic AS topic, was_at AS at, was_at IS NOT DISTINCT FROM now_at AS keeps_time
                FROM moved WHERE was_at IS NOT NULL
                UNION ALL
                SELECT id, now_topic, now_at, was_at IS NOT DISTINCT FROM now_at FROM moved WHERE now_at IS NOT NULL
            ), first_article AS (
                SELECT least(others.at, was.at) AS was, least(others.at, now.at) AS now
                FROM (SELECT DISTINCT topic FROM place WHERE topic IS NOT NULL) topics
                CROSS JOIN LATERAL (SELECT min(was_at) AS at FROM moved WHERE was_topic = topic) was
                CROSS JOIN LATERAL (SELECT min(now_at) AS at FROM moved WHERE now_topic = topic) now
                LEFT JOIN LATERAL (
                    SELECT published_at AS at FROM articles_article
                    WHERE topic_id = topic AND status IN ('approved', 'published') AND published_at IS NOT NULL
                        AND id NOT IN (SELECT id FROM moved)
                    ORDER BY published_at, id LIMIT 1
                ) others ON true
            ), told AS (
                SELECT web_tag_from(tag, min(at)) AS tag
                FROM place CROSS JOIN LATERAL articles_places_of(id, topic, at) AS tag
                -- In another topic it keeps its authors and its neighbours.
                WHERE NOT keeps_time OR tag IN ('articles', 'sitemap', 'sitemap-topics', 'topic-' || topic || '-page')
                GROUP BY tag
                UNION
                SELECT web_tag_from('menu', least(was, now), CASE WHEN was IS NOT NULL AND now IS NOT NULL THEN greatest(was, now) END)
                FROM first_article WHERE was IS DISTINCT FROM now
            )
            SELECT array_agg(tag) FROM (SELECT tag FROM told LIMIT 101) few
        $sql$,
        moved
    ) INTO tags;
    PERFORM web_tell_changes(tags);
    RETURN NULL;
END $$;

-- The same for articles that become public by themselves at this moment (config/page_deadlines.py).
CREATE FUNCTION articles_tags_at(moment timestamptz) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    WITH appearing AS (
        SELECT id, topic_id FROM articles_article
        WHERE status IN ('approved', 'published') AND published_at = moment
    )
    SELECT DISTINCT tag FROM appearing CROSS JOIN LATERAL articles_places_of(id, topic_id, moment) AS tag
    UNION SELECT 'search'
    UNION SELECT 'menu' FROM appearing
    WHERE topic_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM articles_article earlier
        WHERE earlier.topic_id = appearing.topic_id AND earlier.status IN ('approved', 'published')
            AND earlier.published_at < moment
    )
$$;

-- Not for the times that are kept with a contribution: the article tells them.
CREATE FUNCTION articles_contribution_tags(was articles_contribution, now articles_contribution)
RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY[
        'article-' || was.article_id, 'card-' || was.article_id,
        'article-' || now.article_id, 'card-' || now.article_id,
        web_tag_from('author-' || was.author_id || '-page', was.published_at),
        web_tag_from('author-' || now.author_id || '-page', now.published_at)
    ] || ARRAY(
        SELECT web_tag_from(tag, least(was.published_at, now.published_at))
        FROM unnest(ARRAY['authors', 'sitemap', 'sitemap-authors']) AS tag
    )
    WHERE (was.article_id, was.author_id, was.part, was.position)
        IS DISTINCT FROM (now.article_id, now.author_id, now.part, now.position)
$$;

CREATE FUNCTION articles_reference_tags(was articles_reference, now articles_reference)
RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY['article-' || was.article_id, 'article-' || now.article_id]
$$;

CREATE FUNCTION articles_correction_tags(was articles_correction, now articles_correction)
RETURNS text[] LANGUAGE plpgsql AS $$
BEGIN
    PERFORM articles_wait_for_lists();
    RETURN ARRAY['article-' || was.article_id, 'article-' || now.article_id] || ARRAY(
        SELECT web_tag_from(tag, published_at)
        FROM articles_article
        CROSS JOIN LATERAL unnest(ARRAY['corrections', 'sitemap', articles_sitemap_file(id)]) AS tag
        WHERE id IN (was.article_id, now.article_id) AND articles_is_public(status, published_at)
    );
END $$;

-- `author-7` stands on every page with the name, `author-7-bio` on articles, `author-7-page` on the person's own pages.
CREATE FUNCTION articles_author_tags(was articles_author, now articles_author) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY[
        CASE WHEN (was.name, was.slug, was.portrait_id) IS DISTINCT FROM (now.name, now.slug, now.portrait_id)
            THEN 'author-' || was.id END,
        CASE WHEN (was.role, was.credentials, was.affiliation, was.orcid, was.bio)
            IS DISTINCT FROM (now.role, now.credentials, now.affiliation, now.orcid, now.bio)
            THEN 'author-' || was.id || '-bio' END,
        CASE WHEN was.slug <> now.slug THEN 'sitemap-authors' END
    ]
$$;

CREATE FUNCTION articles_authorlink_tags(was articles_authorlink, now articles_authorlink)
RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY['author-' || was.author_id || '-page', 'author-' || now.author_id || '-page']
$$;

-- `topic-3` stands on every page with the name, `topic-3-disclaimer` on its articles, `topic-3-page` on its own pages.
CREATE FUNCTION articles_topic_tags(was articles_topic, now articles_topic) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    first_article timestamptz;
BEGIN
    IF (was.name, was.slug, was.position) IS DISTINCT FROM (now.name, now.slug, now.position) THEN
        PERFORM articles_wait_for_lists();
        first_article := (
            SELECT min(published_at) FROM articles_article
            WHERE topic_id = now.id AND status IN ('approved', 'published') AND published_at IS NOT NULL
        );
    END IF;
    RETURN ARRAY[
        CASE WHEN (was.name, was.slug) IS DISTINCT FROM (now.name, now.slug) THEN 'topic-' || was.id END,
        CASE WHEN was.description IS DISTINCT FROM now.description THEN 'topic-' || was.id || '-page' END,
        CASE WHEN was.disclaimer IS DISTINCT FROM now.disclaimer THEN 'topic-' || was.id || '-disclaimer' END,
        CASE WHEN was.slug <> now.slug THEN web_tag_from('sitemap-topics', first_article) END,
        web_tag_from('menu', first_article)
    ];
END $$;

-- `image-5` stands on every page with the picture, `image-5-words` where its texts are. The file of a sitemap names
-- ten thousand pictures, and is made anew when any of them gets another file.
CREATE FUNCTION articles_image_tags(was articles_image, now articles_image) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY[
        CASE WHEN (was.file, was.width, was.height) IS DISTINCT FROM (now.file, now.width, now.height)
            THEN 'image-' || was.id END,
        CASE WHEN (was.alt_text, was.caption, was.credit) IS DISTINCT FROM (now.alt_text, now.caption, now.credit)
            THEN 'image-' || was.id || '-words' END,
        CASE WHEN was.file <> now.file THEN 'image-files' END
    ]
$$;

CREATE FUNCTION articles_page_tags(was articles_page, now articles_page) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY[
        CASE WHEN (was.title, was.slug, was.body) IS DISTINCT FROM (now.title, now.slug, now.body) THEN 'page-' || was.id END,
        CASE WHEN (was.slug, was.updated_at) IS DISTINCT FROM (now.slug, now.updated_at) THEN 'sitemap' END,
        CASE WHEN (was.slug, was.updated_at) IS DISTINCT FROM (now.slug, now.updated_at) THEN 'sitemap-pages' END,
        CASE WHEN (was.title, was.slug, was.in_footer) IS DISTINCT FROM (now.title, now.slug, now.in_footer)
            AND (was.in_footer OR now.in_footer) THEN 'menu' END,
        CASE WHEN was.slug IS DISTINCT FROM now.slug AND 'review-policy' IN (was.slug, now.slug) THEN 'review-policy' END
    ]
$$;

CREATE FUNCTION articles_searchentry_tags(was articles_searchentry, now articles_searchentry)
RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY[web_tag_from('search', least(was.published_at, now.published_at))]
$$;

SELECT web_tell_rows_of('articles_' || name)
FROM unnest(ARRAY['article', 'contribution', 'reference', 'correction', 'author', 'authorlink', 'topic', 'image', 'page']) AS name;
SELECT web_tell_rows_of('articles_searchentry', 'article_id');
SELECT web_tell_rows_of('articles_article', 'id', 'articles_tell_places', 'tell_places');
