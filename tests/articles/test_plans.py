"""Public pages and the admin's lists read no large table whole: asked of the planner, on a few thousand rows."""

import re
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from articles.models import Article
from articles.reading.article_page import read_article
from tests import factories

pytestmark = pytest.mark.long

ROWS = 6000
LARGE = (
    "article",
    "contribution",
    "correction",
    "searchentry",
    "reference",
    "revision",
    "formerslug",
    "unpublishedentry",
)
_READ_WHOLE = re.compile(rf"Seq Scan on articles_(?:{'|'.join(LARGE)})\b.*")
# Counts a list up to a limit that is above ROWS
_CAPPED = "LIMIT 10000"

FILL = f"""
ALTER TABLE articles_article DISABLE TRIGGER USER;
ALTER TABLE articles_contribution DISABLE TRIGGER USER;
INSERT INTO articles_author (name, slug, role, credentials, affiliation, orcid, bio)
    SELECT 'Author ' || n, 'author-' || n, '', '', '', '', '' FROM generate_series(1, 30) n;
INSERT INTO articles_topic (name, slug, description, disclaimer, position)
    SELECT 'Topic ' || n, 'topic-' || n, '', '', n FROM generate_series(1, 10) n;
INSERT INTO articles_article (title, slug, standfirst, topic_id, body, body_html, plain_text, contents, word_count,
        reading_minutes, key_takeaways, disclosure, status, published_at, updated_at, comments_open, created_at, modified_at)
    SELECT 'Article ' || n, 'article-' || n, '', (SELECT min(id) FROM articles_topic) + n % 10, repeat('text ', 100), '',
        '', '[]', 2, 1, '{{}}', '', 'published', now() - n * interval '5 hours', now() - n * interval '4 hours', true,
        now() - n * interval '6 hours', now() - n * interval '3 hours'
    FROM generate_series(1, {ROWS}) n;
ANALYZE articles_author, articles_topic, articles_article; -- or each foreign key would be looked up by reading all rows
INSERT INTO articles_contribution (article_id, author_id, part, position)
    SELECT id, (SELECT min(id) FROM articles_author) + id % 30, 'author', 0 FROM articles_article;
INSERT INTO articles_contribution (article_id, author_id, part, position)
    SELECT id, (SELECT min(id) FROM articles_author) + (id + 1) % 30, 'reviewer', 0 FROM articles_article;
INSERT INTO articles_correction (article_id, corrected_at, text)
    SELECT id, now() - id * interval '1 minute', 'Twelve, not eleven.' FROM articles_article;
INSERT INTO articles_reference (article_id, number, text, url)
    SELECT id, 1, 'A source', '' FROM articles_article;
INSERT INTO articles_formerslug (slug, article_id) SELECT 'former-' || id, id FROM articles_article;
SELECT articles_time_contributions(), articles_recount();
INSERT INTO articles_searchentry (article_id, published_at, topic_id, heading, document)
    SELECT id, published_at, topic_id, to_tsvector('simple', title), to_tsvector('simple', title || ' ' || body)
    FROM articles_article;
INSERT INTO articles_readcount (article_id, day, number)
    SELECT id, current_date - back, 7 FROM articles_article, generate_series(0, 9) back;
INSERT INTO articles_unpublishedentry (article_id, document) SELECT article_id, document FROM articles_searchentry;
INSERT INTO articles_revision (article_id, action, at, reason, content)
    SELECT id, 'saved', published_at, '', '{{}}' FROM articles_article;
ALTER TABLE articles_article ENABLE TRIGGER USER;
ALTER TABLE articles_contribution ENABLE TRIGGER USER;
ANALYZE;
"""


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker):
    """Rows for all tests of the module, in a transaction that is rolled back after the last one."""
    with django_db_blocker.unblock(), transaction.atomic():
        fill()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def many(filled, db):
    """The same, for one test: what it adds goes with it."""


def fill():
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('articles_article_id_seq')")
        (number,) = cursor.fetchone()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(FILL)
        # Numbers are not given back with the rows, and other tests look for theirs in the first file of the sitemap.
        cursor.execute("SELECT setval('articles_article_id_seq', %s)", [number])


@contextmanager
def reads_no_large_table_whole():
    prepared = []

    def note(execute, sql, params, many, context):
        if "$1" in str(sql):
            prepared.append(sql)
        return execute(sql, params, many, context)

    with CaptureQueriesContext(connection) as asked, connection.execute_wrapper(note):
        yield
    queries = [
        query["sql"]
        for query in asked
        if query["sql"].lstrip().startswith(("SELECT", "WITH")) and _CAPPED not in query["sql"]
    ]
    assert queries
    for query in queries:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + query.replace("%", "%%"), [])
            plan = "\n".join(line for (line,) in cursor)
        assert not _READ_WHOLE.search(plan), f"{query}\n{plan}"
    for query in prepared:
        with connection.cursor() as cursor:
            # As PostgreSQL keeps it, for any values.
            cursor.execute("EXPLAIN (GENERIC_PLAN) " + query)
            plan = "\n".join(line for (line,) in cursor)
        assert not _READ_WHOLE.search(plan), f"{query}\n{plan}"


PAGES = [
    "/", "/archive/", "/archive/2026/", "/articles/article-77/", "/topics/topic-3/", "/topics/topic-3/feed/",
    "/authors/author-3/", "/authors/author-3/feed/", "/feed/", "/feed.json", "/sitemap.xml", "/corrections/",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_public_page_reads_no_large_table_whole(client, many, path):
    with reads_no_large_table_whole():
        response = client.get(path)

    assert response.status_code == 200


@pytest.mark.parametrize("path", ["/archive/", "/topics/topic-3/", "/authors/author-3/"])
def test_later_page_reads_no_large_table_whole(client, many, path):
    first = client.get(path).text
    place = re.search(r"\?before=[\d-]+", first)[0]

    with reads_no_large_table_whole():
        response = client.get(path + place)

    assert response.status_code == 200


@pytest.mark.parametrize("path", ["/articles/former-{}/", "/authors/nobody/", "/topics/nothing/"])
def test_moved_or_missing_page_reads_no_large_table_whole(client, many, path):
    with reads_no_large_table_whole():
        response = client.get(path.format(Article.objects.order_by("pk")[7].pk))

    assert response.status_code in {301, 404}


def test_neighbours_read_no_large_table_whole(many):
    article = Article.objects.published()[1000]

    with reads_no_large_table_whole():
        page = read_article(article.slug)
    assert page.older
    assert page.newer


@pytest.mark.parametrize("model", ["topic", "author"])
def test_list_of_the_admin_counts_by_index(client_of, many, model):
    root = factories.user("root", group="Editor", is_superuser=True)
    client = client_of(root)

    with reads_no_large_table_whole():
        response = client.get(f"/admin/articles/{model}/")

    assert response.status_code == 200


DESK = [
    "/admin/", "/admin/calendar/", "/admin/calendar/?view=week", "/admin/articles/article/",
    "/admin/articles/article/?q=article+77", "/admin/articles/article/?state=published", "/admin/search/?q=article+77",
]  # fmt: skip


@pytest.mark.parametrize("path", DESK)
def test_page_of_the_desk_reads_no_large_table_whole(client_of, many, path):
    client = client_of(factories.user("root", group="Editor", is_superuser=True))

    with reads_no_large_table_whole():
        response = client.get(path)

    assert response.status_code == 200


def test_form_reads_no_large_table_whole(client_of, many):
    client = client_of(factories.user("root", group="Editor", is_superuser=True))
    article = Article.objects.published()[77]

    with reads_no_large_table_whole():
        response = client.get(f"/admin/articles/article/{article.pk}/change/")

    assert response.status_code == 200
