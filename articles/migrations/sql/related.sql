-- Which articles are like one, answered from the search entries.
--
-- The cost stays flat as the site grows: an index caps the candidates, and only those are compared. They are the newest
-- of the same topic, and all that share a telling word of the title: one that few headings have. A word of many headings
-- is passed over whole, so that chance does not choose among them.
--
-- A function, because the planner must not read all entries: it cannot know that a word is rare.
CREATE FUNCTION articles_related(of_article bigint, number integer, at timestamptz) RETURNS bigint[]
LANGUAGE sql STABLE SET search_path FROM CURRENT SET enable_seqscan = off SET jit = off AS $$
    WITH own AS MATERIALIZED (
        SELECT topic_id, heading, document FROM articles_searchentry WHERE article_id = of_article
    ), words AS MATERIALIZED (
        SELECT '''' || replace(replace(word.lexeme, '\', '\\'), '''', '''''') || '''' AS quoted,
            word.weights[1] = 'A' AS in_title
        FROM own CROSS JOIN unnest(own.heading) AS word
        ORDER BY word.weights[1], word.positions[1], word.lexeme LIMIT 24
    ), telling AS (
        SELECT unnest(found.articles) AS article_id
        FROM words CROSS JOIN LATERAL (
            SELECT array_agg(matching.article_id) AS articles
            FROM (
                SELECT article_id FROM articles_searchentry
                WHERE heading @@ words.quoted::tsquery AND published_at <= at LIMIT 31
            ) matching
        ) found
        WHERE words.in_title AND cardinality(found.articles) <= 30
    ), same_topic AS (
        SELECT id FROM articles_article
        WHERE topic_id = (SELECT topic_id FROM own) AND status IN ('approved', 'published')
            AND published_at IS NOT NULL AND published_at <= at
        ORDER BY published_at DESC, id DESC LIMIT 60
    ), candidates AS (
        SELECT article_id FROM telling UNION SELECT id FROM same_topic
    ), query AS MATERIALIZED (
        SELECT string_agg(quoted, ' | ')::tsquery AS text FROM words
    ), compared AS (
        SELECT entry.article_id, entry.published_at,
            -- The share of its own words: as a rule below a half, so that the topic weighs more.
            coalesce(ts_rank(entry.document, query.text, 1)
                / nullif(ts_rank(own.document, query.text, 1), 0), 0)
            + CASE WHEN entry.topic_id = own.topic_id THEN 0.5 ELSE 0 END AS likeness
        FROM candidates JOIN articles_searchentry entry USING (article_id) CROSS JOIN query CROSS JOIN own
        WHERE entry.article_id <> of_article
    )
    SELECT ARRAY(
        -- In hundredths, so that of equally like ones the newer comes first.
        SELECT article_id FROM compared
        ORDER BY round(100 * likeness) DESC, published_at DESC, article_id DESC LIMIT number
    )
$$;
