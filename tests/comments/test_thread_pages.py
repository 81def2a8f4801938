"""A long thread, page by page, at the cost of a short one."""

import re
from itertools import chain

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article
from comments.models import Comment, Thread
from comments.reading.thread import PAGE_SIZE, read_discussion
from tests import factories
from tests.markup import links_of, one_line, relations_of

pytestmark = [pytest.mark.django_db, pytest.mark.long]

ADDRESS = "/articles/sleep-well/comments/"


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


@pytest.fixture
def long_thread(article):
    """Sixty branches of two comments each."""
    branches = []
    for number in range(60):
        first = factories.approved_comment(article, name=f"First {number}")
        branches.append((first, factories.approved_comment(article, parent=first)))
    return branches


def numbers(response):
    return [int(number) for number in re.findall(r'id="comment-(\d+)"', one_line(response.text))]


def next_address(response):
    return relations_of(response.text).get("next")


def all_pages(client, address):
    pages = []
    while address:
        response = client.get(address)
        assert response.status_code == 200
        pages.append(numbers(response))
        address = next_address(response)
    return pages


def flat(pages):
    return list(chain.from_iterable(pages))


def in_order(branches):
    return [comment.pk for comment in flat(branches)]


def test_thread_is_read_page_by_page_from_the_article_on(client, article, long_thread):
    pages = all_pages(client, article.get_absolute_url())

    assert [len(page) for page in pages] == [50, 50, 20]
    assert flat(pages) == in_order(long_thread)


def test_newest_branches_come_first_and_are_read_in_order(client, long_thread):
    pages = all_pages(client, f"{ADDRESS}?sort=newest")

    assert [len(page) for page in pages] == [50, 50, 20]
    assert flat(pages) == in_order(reversed(long_thread))


def test_branch_longer_than_a_page_goes_on_in_either_order(client, article):
    first = factories.approved_comment(article)
    replies = [factories.approved_comment(article, parent=first) for _ in range(70)]
    other = factories.approved_comment(article)

    oldest, newest = (all_pages(client, f"{ADDRESS}?sort={sort}") for sort in ("oldest", "newest"))

    branch = [first.pk, *(reply.pk for reply in replies)]
    assert flat(oldest) == [*branch, other.pk]
    assert flat(newest) == [other.pk, *branch]


def test_page_that_begins_within_a_branch_says_so(client, article):
    first = factories.approved_comment(article, name="Rosa")
    replies = [factories.approved_comment(article, parent=first) for _ in range(60)]

    text = one_line(client.get(f"{ADDRESS}?after={replies[48].pk}").text)

    assert links_of(text)[f"{ADDRESS}{first.pk}/"].startswith("Go to the start")
    assert f'in reply to <a href="{ADDRESS}{first.pk}/"><bdi>Rosa</bdi></a>' in text


@pytest.mark.parametrize(
    "query",
    ["after=x", "after=-1", "after=99999999999999999999999", "after=1.5", "after=%00", "after=٣",
     "after=0&sort=newest", "after=1e3", "after=%27%20OR%201=1"],
)  # fmt: skip
def test_place_that_is_none_is_not_found(client, article, query):
    factories.approved_comment(article)

    assert client.get(f"{ADDRESS}?{query}").status_code in {400, 404}


def test_page_behind_the_last_comment_is_not_found(client, article):
    last = factories.approved_comment(article)

    assert client.get(f"{ADDRESS}?after={last.pk}").status_code == 404


def test_comment_of_another_article_is_no_place_in_this_thread(client, article, long_thread):
    elsewhere = factories.approved_comment(factories.published_article())

    assert client.get(f"{ADDRESS}?after={elsewhere.pk}").status_code == 404


def test_link_to_the_next_page_survives_the_removal_of_its_comment(client, article, long_thread):
    last = long_thread[24][1]
    address = f"{ADDRESS}?after={last.pk}"
    before = numbers(client.get(address))
    Comment.objects.get(pk=last.pk).remove(by=None)

    assert numbers(client.get(address)) == before


def test_order_that_is_unknown_is_the_usual_one(client, article, long_thread):
    assert numbers(client.get(f"{ADDRESS}?sort=best")) == in_order(long_thread)[:50]


def test_empty_thread_has_a_page(client, article):
    response = client.get(ADDRESS)

    assert response.status_code == 200
    assert "Nobody has commented yet" in one_line(response.text)


def test_thread_of_an_article_that_is_not_public_is_not_found(client):
    draft = factories.draft()

    assert client.get(f"/articles/{draft.slug}/comments/").status_code == 404


def test_thread_of_a_renamed_article_moves_along(client, article):
    article.slug = "sleep-better"
    article.save(update_fields=["slug"])

    response = client.get(f"{ADDRESS}?after=5&sort=newest")

    assert response.status_code == 301
    assert response.url == "/articles/sleep-better/comments/?after=5&sort=newest"


def test_search_engines_get_each_comment_once(client, article, long_thread):
    after = long_thread[24][1].pk

    first, second, newest = (
        client.get(f"{ADDRESS}{query}").text for query in ("", f"?after={after}", "?sort=newest")
    )

    assert relations_of(first)["canonical"] == "http://testserver/articles/sleep-well/"
    assert relations_of(second)["canonical"] == f"http://testserver{ADDRESS}?after={after}"
    assert '<meta name="robots" content="noindex">' in newest
    assert "canonical" not in newest


def test_page_belongs_to_nobody_and_may_be_cached(client, article):
    response = client.get(ADDRESS)

    assert not response.cookies
    assert "no-store" not in response.get("Cache-Control", "")


# Permalinks


def landing(client, comment):
    """The path, and the numbers on the page, to which a comment's own address leads."""
    address, _, fragment = client.get(f"{ADDRESS}{comment.pk}/").url.partition("#")
    assert fragment == f"comment-{comment.pk}"
    return address, numbers(client.get(address))


def test_permalink_of_an_early_comment_leads_to_the_article(client, article, long_thread):
    for comment in (long_thread[0][0], long_thread[24][1]):
        assert landing(client, comment)[0] == "/articles/sleep-well/"


def test_permalink_of_a_later_one_leads_to_a_page_that_begins_with_its_branch(client, long_thread):
    branch = long_thread[40]

    for comment in branch:
        assert landing(client, comment)[1][:2] == [branch[0].pk, branch[1].pk]


def test_permalink_far_down_a_branch_leads_to_a_page_that_begins_with_it(client, article):
    first = factories.approved_comment(article)
    replies = [factories.approved_comment(article, parent=first) for _ in range(120)]

    assert landing(client, replies[48])[0] == "/articles/sleep-well/"
    assert landing(client, replies[49])[1][0] == replies[49].pk
    assert landing(client, replies[110])[1][0] == replies[110].pk


def test_permalink_of_what_readers_do_not_see_is_not_found(client, article):
    comment = factories.comment(article)

    assert client.get(f"{ADDRESS}{comment.pk}/").status_code == 404
    assert client.get("/articles/other/comments/99/").status_code == 404


# Cost


# 7,500 branches of two, and one of 5,000.
TWENTY_THOUSAND = """
INSERT INTO comments_comment (id, article_id, parent_id, path, shown_replies, name, email, badge,
        body, body_html, status, held_for, version, created_at, decided_at, reason, wants_mail,
        network, digest)
    SELECT id, %(article)s, nullif(top, id), array_remove(ARRAY[top, nullif(id, top)], NULL), 0,
        'N', 'n' || id || '@example.org', '', 'Words.', '<p>Words.</p>', 'approved', '[]', 1,
        %(at)s, %(at)s, '', false, '', id::text
    FROM generate_series(%(start)s::bigint, %(start)s + 19999) AS id
    CROSS JOIN LATERAL (
        SELECT %(start)s + least((id - %(start)s) / 2 * 2, 15000) AS top
    ) AS branch
"""


@pytest.fixture
def huge_thread(article):
    """20,000 comments. Returns the number of the first. Written without the counting triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM comments_comment")
        (start,) = cursor.fetchone()
        cursor.execute("ALTER TABLE comments_comment DISABLE TRIGGER USER")
        values = {"article": article.pk, "at": article.published_at, "start": start}
        cursor.execute(TWENTY_THOUSAND, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE comments_comment ENABLE TRIGGER USER")
        cursor.execute("ANALYZE comments_comment")
    Thread.objects.create(article=article, shown=20_000)
    return start


def most_rows(node):
    mine = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    return max([mine, *(most_rows(child) for child in node.get("Plans", []))])


def costliest_step(act):
    """The most rows that one step of any query of `act` handles."""
    with CaptureQueriesContext(connection) as queries:
        act()
    found = []
    for query in queries.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql']}")
            found.append(most_rows(cursor.fetchone()[0][0]["Plan"]))
    return max(found)


def test_twenty_thousand_comments_are_read_fifty_at_a_time(client, article, huge_thread):
    article = Article.objects.get()
    places = [None] + [
        Comment.objects.get(pk=huge_thread + offset) for offset in (60, 9_999, 14_999, 15_500, 19_900)
    ]  # fmt: skip

    for place in places:
        for sort in ("oldest", "newest"):
            read = lambda: read_discussion(article, after=place, sort=sort)  # noqa: B023, E731
            assert costliest_step(read) <= 2 * (PAGE_SIZE + 1)
            assert read().count == 20_000


def test_permalinks_into_twenty_thousand_comments_cost_the_same(client, article, huge_thread):
    for offset in (5, 9_999, 15_010, 19_900):
        address = f"{ADDRESS}{huge_thread + offset}/"
        assert costliest_step(lambda: client.get(address)) <= PAGE_SIZE + 1  # noqa: B023


@pytest.mark.parametrize("size", [0, 50, 120])
def test_thread_page_costs_the_same_queries_whatever_the_size(
    client, article, django_assert_max_num_queries, size
):
    parent = None
    for number in range(size):
        parent = factories.approved_comment(article, parent=parent if number % 7 else None)
    first = Comment.objects.order_by("path").first()

    with django_assert_max_num_queries(5):
        client.get(f"{ADDRESS}?after={first.pk}" if first else ADDRESS)


@pytest.mark.parametrize("size", [0, 50, 120])
def test_article_page_costs_ten_queries_whatever_the_thread(
    client, article, django_assert_max_num_queries, size
):
    parent = None
    for number in range(size):
        parent = factories.approved_comment(article, parent=parent if number % 7 else None)

    with django_assert_max_num_queries(10):
        client.get("/articles/sleep-well/")
