"""Comments of an export keep their threads and dates; what readers never saw stays hidden."""

import itertools
from datetime import UTC, datetime

import pytest

from articles.models import Article
from comments.models import Comment
from config.moving.models import ImportedItem
from tests.moving.wxr import SERIALISED, comment, export, item, move_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(tmp_path):
    """Import a post with these comments, published."""
    return lambda *comments, **fields: move_in(
        tmp_path, export(item(1, inside="".join(comments), **fields)), "--publish"
    )


def bodies():
    return {row.body: row for row in Comment.objects.select_related("parent")}


def test_comment_keeps_name_date_and_address(bring, client):
    bring(comment(5, "<p>Line one</p><p>Line <b>two</b> p<0.05</p>"))

    row = Comment.objects.get()
    assert (row.name, row.email, row.status) == ("Reader 5", "reader5@example.org", "approved")
    assert row.body == "Line one\n\nLine two p<0.05"
    assert row.created_at == row.decided_at == datetime(2019, 3, 5, tzinfo=UTC)
    assert (row.network, row.wants_mail) == ("", False)
    assert "Line one" in client.get("/articles/post-1/").text
    assert Article.objects.get().thread.shown == 1


@pytest.mark.parametrize("kind", ["", "comment", "review", None])
def test_kinds_that_are_comments(bring, kind):
    bring(comment(5, comment_type=kind))

    assert Comment.objects.approved().count() == 1


@pytest.mark.parametrize("kind", ["pingback", "trackback", "note", "order_note"])
def test_kinds_that_are_none_are_left_out_and_named(bring, kind):
    said = bring(comment(5, "INTERNAL", comment_type=kind))

    assert not Comment.objects.exists()
    assert f"1 comment of the kind {kind}" in said


@pytest.mark.parametrize("state", ["spam", "trash", "post-trashed", "2"])
def test_states_that_readers_never_saw_are_left_out_and_named(bring, state):
    said = bring(comment(5, comment_approved=state))

    assert not Comment.objects.exists()
    assert f"1 comment marked as {state}" in said


def test_waiting_comment_waits(bring):
    bring(comment(5, comment_approved="0"))

    assert Comment.objects.get().status == "pending"


def test_answer_before_its_comment(bring):
    bring(comment(12, "answer", parent=11), comment(13, "deeper", parent=12), comment(11, "first"))

    rows = bodies()
    assert rows["answer"].parent == rows["first"]
    assert rows["deeper"].path == [rows["first"].pk, rows["answer"].pk, rows["deeper"].pk]


def test_answer_to_nothing_begins_a_thread_and_is_named(bring):
    said = bring(comment(5, "lost", parent=999))

    assert Comment.objects.get().parent is None
    assert "comment 5 answered 999" in said


def test_own_parent_and_circles_begin_threads(bring):
    bring(
        comment(5, "own", parent=5),
        comment(6, "a", parent=7),
        comment(7, "b", parent=8),
        comment(8, "c", parent=6),
    )

    rows = bodies()
    assert rows["own"].parent is None
    assert len(rows) == 4
    assert [row.parent for row in rows.values()].count(None) == 2


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_threads_are_the_same_in_any_order(bring, order):
    comments = [
        comment(1, "1"),
        comment(2, "2", parent=1),
        comment(3, "3", parent=2),
    ]

    bring(*(comments[index] for index in order))

    rows = bodies()
    assert {body: row.parent.body for body, row in rows.items() if row.parent} == {
        "2": "1",
        "3": "2",
    }


def test_later_export_adds_an_answer_below_an_earlier_comment(bring):
    bring(comment(5, "first"))

    bring(comment(5, "first"), comment(6, "new", parent=5))

    rows = bodies()
    assert len(rows) == 2
    assert rows["new"].parent == rows["first"]


def test_erased_comment_does_not_come_back(bring):
    bring(comment(5, "first"))
    Comment.objects.all().delete()

    bring(comment(5, "first"))

    assert not Comment.objects.exists()
    assert ImportedItem.objects.filter(kind="comment").count() == 1


def test_comment_without_a_date_gets_that_of_the_article(bring):
    said = bring(
        comment(5, comment_date="0000-00-00 00:00:00", comment_date_gmt="0000-00-00 00:00:00")
    )

    assert Comment.objects.get().created_at == Article.objects.get().published_at
    assert "comment 5 had none" in said


def test_comment_of_a_hidden_post_is_hidden(bring, client):
    bring(comment(5, "secret talk"), wp__status="private")

    assert client.get("/articles/post-1/").status_code == 404
    assert Comment.objects.count() == 1


def test_long_comment_stays_whole(bring):
    bring(comment(5, "word " * 4000))

    assert Comment.objects.get().body.count("word") == 4000


def test_number_that_a_comment_of_another_article_has_is_named(tmp_path):
    first = item(1, inside=comment(11, "One."))

    said = move_in(tmp_path, export(first, item(2, inside=comment(11, "Another one."))))

    assert [row.body for row in Comment.objects.all()] == ["One."]
    assert "11 stands below another article, too: Another one." in said


def test_comment_without_words_and_twin_are_named(bring):
    said = bring(comment(5, "<img src='x'>"), comment(6, "said"), comment(6, "said twice"))

    assert Comment.objects.get().body == "said twice" or Comment.objects.get().body == "said"
    assert "5 by Reader 5: no words" in said
    assert "6 stands twice: said twice" in said


@pytest.mark.parametrize("email", ["", "no address", "a@b@c", "x" * 300 + "@example.org"])
def test_strange_addresses_stop_nothing(bring, email):
    bring(comment(5, comment_author_email=email))

    assert Comment.objects.get().email == ""


def test_comments_of_what_is_left_out_are_named(bring):
    said = bring(comment(5, "Lost with it"), wp__status="trash")

    assert not Comment.objects.exists()
    assert "Reader 5: Lost with it" in said


def test_post_without_a_number_is_known_by_its_slug(tmp_path):
    text = export(item(1, inside=comment(5))).replace("<wp:post_id>1</wp:post_id>", "")
    move_in(tmp_path, text)

    move_in(tmp_path, text)

    assert Article.objects.count() == Comment.objects.count() == 1


@pytest.mark.parametrize("value", SERIALISED)
def test_serialised_field_of_a_comment_is_not_read(bring, client, value):
    field = f"<wp:meta_key>_evil</wp:meta_key><wp:meta_value><![CDATA[{value}]]></wp:meta_value>"
    with_field = comment(5).replace(
        "</wp:comment>", f"<wp:commentmeta>{field}</wp:commentmeta></wp:comment>"
    )

    said = bring(with_field)

    row = Comment.objects.get()
    assert (row.body, row.status) == ("Well said.", "approved")
    assert value not in said + client.get("/articles/post-1/").text


def test_web_address_of_a_reader_is_named_and_not_shown(bring, client):
    said = bring(comment(5, comment_author_url="http://reader.example/"))

    assert "web address of a reader" in said
    assert "reader.example" not in client.get("/articles/post-1/").text
