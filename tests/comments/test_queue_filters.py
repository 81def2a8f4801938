"""Moderators search the queue, and a page costs the same however much there is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments.models import Comment
from comments.moderating.queue.tabs import TABS
from tests import factories
from tests.markup import links_of

pytestmark = pytest.mark.django_db
QUEUE = "/admin/comments/queue/"


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


@pytest.fixture
def desk(moderator, client_of):
    return client_of(moderator)


def shown(client, query=""):
    return [row.comment for row in client.get(QUEUE + query).context["rows"]]


def page_of(client, query=""):
    return client.get(QUEUE + query).text


@pytest.fixture
def mixed(article, moderator):
    elsewhere = factories.published_article()
    factories.comment(article, email="ann@example.org", body="Words of Ann", network="192.0.2.0/24")
    factories.comment(article, name="Rosa", body="Oat milk helps").reject(by=moderator)
    factories.comment(elsewhere, body="Elsewhere").mark_as_spam(by=None)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ann%40example.org", {"Words of Ann"}),
        ("q=ANN%40Example.org", {"Words of Ann"}),
        ("q=oat", {"Oat milk helps"}),
        ("q=rosa", {"Oat milk helps"}),
        ("q=%22milk+helps%22", {"Oat milk helps"}),
        ("q=milk+-oat", set()),
        ("article=ARTICLE", {"Words of Ann", "Oat milk helps"}),
        ("network=192.0.2.0/24", {"Words of Ann"}),
        ("by=MODERATOR", {"Oat milk helps"}),
        ("article=ARTICLE&q=oat", {"Oat milk helps"}),
        ("since=9999999999", set()),
        ("article=x", set()),
        ("by=999999", set()),
    ],
)
def test_tab_is_narrowed(desk, mixed, article, moderator, query, found):
    query = query.replace("ARTICLE", str(article.pk)).replace("MODERATOR", str(moderator.pk))

    assert {comment.body for comment in shown(desk, f"?tab=all&{query}")} == found


def test_filters_are_named_counted_and_taken_out_one_by_one(desk, mixed, article):
    query = f"?tab=all&article={article.pk}&network=192.0.2.0%2F24"

    page = page_of(desk, query)

    assert "1 comment matches" in page
    assert f"?tab=all&article={article.pk}" in links_of(page)
    assert "Sleep well" in page


STRANGE = [
    "tab=%00", "tab=x", "after=x", "after=1-", "after=-1", "after=" + "9" * 40, "after=99999999999999999-1",
    "after=٣-٣", "article=%00", "article=" + "9" * 30, "article=-1", "network=%00", "network=" + "9" * 60,
    "by=x", "by=" + "9" * 30, "since=nan", "since=-1", "since=1e300", "q=%00", "q=" + "a" * 5000, "q=%22%22%27",
    "q=%40", "q=-", "undo=x", "undo=" + "9" * 50 + "-1", "q=%ED%A0%80",
]  # fmt: skip


@pytest.mark.long
def test_typed_address_of_the_queue_never_fails(desk, article):
    factories.comment(article)

    for query in STRANGE:
        assert desk.get(f"{QUEUE}?{query}").status_code in {200, 400}, query
        assert desk.get(f"{QUEUE}changes/?{query}&seen={query}").status_code in {200, 400}, query


# Cost


def rich_comment(article, by):
    """With everything that a row can tell."""
    above = factories.approved_comment(article)
    comment = factories.comment(article, parent=above, network="192.0.2.0/24", body="Once")
    comment.edit("Twice", by=by, held_for=[])
    comment.notes.create(text="A note", by=by)
    comment.approve(by=by)
    comment.reports.create(reason="abuse")
    return comment


@pytest.mark.long
@pytest.mark.parametrize("tab", TABS)
def test_page_costs_the_same_queries_however_much_it_shows(desk, moderator, tab):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as context:
            desk.get(f"{QUEUE}?tab={tab}")
        return len(context)

    rich_comment(factories.published_article(), moderator)
    factories.comment(factories.published_article())
    few = queries()
    for _ in range(7):
        rich_comment(factories.published_article(), moderator)
        factories.comment(factories.published_article())

    assert queries() <= max(few, 18)


@pytest.mark.long
@pytest.mark.parametrize("tab", TABS)
def test_no_query_of_the_queue_reads_the_whole_table(desk, tab):
    with connection.cursor() as cursor:
        # Rows are too few here for the planner to prefer an index by itself.
        cursor.execute("SET LOCAL enable_seqscan = off")
    with CaptureQueriesContext(connection) as queries:
        for narrowed in (
            "", "q=sleep", "q=a%40example.org", "network=192.0.2.0/24", "article=1"
        ):  # fmt: skip
            desk.get(f"{QUEUE}?tab={tab}&{narrowed}")

    asked = [query["sql"] for query in queries if '"comments_comment"' in query["sql"]]
    assert asked
    for sql in asked:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "Seq Scan on comments_comment" not in plan, sql


def test_changes_cost_one_query_while_nothing_changed(desk, article):
    comments = [factories.comment(article) for _ in range(20)]
    seen = ",".join(f"{comment.pk}-{comment.version}" for comment in comments)

    with CaptureQueriesContext(connection) as queries:
        answer = desk.get(f"{QUEUE}changes/?seen={seen}").json()

    assert answer == {"rows": {}}
    assert len([query for query in queries if "comments_" in query["sql"]]) == 1


def test_changes_tell_what_others_decided_edited_or_deleted(desk, editor, article):
    decided, edited, gone, same = [factories.comment(article) for _ in range(4)]
    seen = ",".join(f"{comment.pk}-1" for comment in (decided, edited, gone, same))
    decided.approve(by=editor)
    edited.edit("Second thoughts", by=None, held_for=[])
    gone_pk, _deleted = gone.pk, Comment.objects.filter(pk=gone.pk).delete()

    rows = desk.get(f"{QUEUE}changes/?tab=pending&seen={seen}").json()["rows"]

    assert set(rows) == {str(decided.pk), str(edited.pk), str(gone_pk)}
    assert "Approved by edith, just now" in rows[str(decided.pk)]
    assert "is-settled" in rows[str(decided.pk)]
    assert "Second thoughts" in rows[str(edited.pk)]
    assert rows[str(gone_pk)] == ""


def test_words_that_stand_in_too_many_comments_are_found_along_the_tab(desk, mixed, monkeypatch):
    monkeypatch.setattr("comments.moderating.queue.listing.RARE", 0)

    assert {comment.body for comment in shown(desk, "?tab=rejected&q=oat")} == {"Oat milk helps"}


def test_search_that_takes_too_long_ends_with_a_hint(desk, mixed, monkeypatch):
    monkeypatch.setattr("comments.moderating.queue.listing._searched", lambda comments, words: comments.extra(where=["pg_sleep(1) IS NOT NULL"]))  # fmt: skip
    monkeypatch.setattr("comments.moderating.queue.listing.MILLISECONDS", 50)

    page = page_of(desk, "?tab=all&q=the")
    answer = desk.get(f"{QUEUE}all/?tab=all&q=the")

    assert "These words are too common" in page
    assert answer.url == f"{QUEUE}?tab=all&q=the"
