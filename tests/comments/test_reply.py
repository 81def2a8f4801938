"""Answering a comment, and what cannot be answered."""

import pytest

from articles.models import Article
from comments.models import Comment
from tests import factories
from tests.comments.sending import send
from tests.markup import one_line

pytestmark = pytest.mark.django_db

ADDRESS = "/articles/sleep-well/comments/"


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


@pytest.fixture
def comment(article):
    return factories.approved_comment(article, name="Rosa", body="Is it so?")


def test_reply_waits_below_what_it_answers(client, article, comment):
    response = send(client, article, parent=comment.pk)

    reply = Comment.objects.latest("pk")
    assert response.status_code == 303
    assert (reply.parent, reply.path, reply.status) == (
        comment,
        [comment.pk, reply.pk],
        "pending",
    )


def test_reply_page_shows_what_is_answered_and_needs_no_script(client, comment):
    response = client.get(f"{ADDRESS}{comment.pk}/reply/")

    text = one_line(response.text)
    assert response.status_code == 200
    assert "Reply to Rosa" in text
    assert "Is it so?" in text
    assert f'name="parent" value="{comment.pk}"' in text
    assert '<meta name="robots" content="noindex">' in text
    assert not response.cookies


def test_reply_page_costs_few_queries(client, comment, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        client.get(f"{ADDRESS}{comment.pk}/reply/")


def hidden(article, how):
    comment = factories.approved_comment(article)
    factories.approved_comment(article, parent=comment)
    comment = Comment.objects.get(pk=comment.pk)
    if how == "withdrawn":
        comment.withdraw()
    elif how == "changed":
        comment.edit("New", by=None, held_for=[])
    else:
        comment.remove(by=None)
    return comment


@pytest.fixture(params=["pending", "rejected", "removed", "withdrawn", "changed", "elsewhere"])
def unanswerable(request, article):
    """What readers do not see, or see elsewhere. A placeholder is among them."""
    if request.param == "pending":
        return factories.comment(article)
    if request.param == "elsewhere":
        return factories.approved_comment(factories.published_article())
    if request.param == "rejected":
        comment = factories.comment(article)
        comment.reject(by=None)
        return comment
    return hidden(article, request.param)


def test_what_readers_do_not_see_cannot_be_answered(client, article, unanswerable):
    before = Comment.objects.count()

    response = send(client, article, parent=unanswerable.pk, body="My long answer.")

    text = one_line(response.text)
    assert response.status_code == 422
    assert "is no longer there" in text
    assert "My long answer." in text
    assert f'name="parent" value="{unanswerable.pk}"' not in text
    assert Comment.objects.count() == before


def test_what_readers_do_not_see_has_no_reply_page(client, unanswerable):
    assert client.get(f"{ADDRESS}{unanswerable.pk}/reply/").status_code == 404


@pytest.mark.parametrize(
    "number", ["x", "-1", "0", "1.5", "9" * 40, "٣", "\x00", "1 OR 1=1", "[1]"]
)
def test_number_of_no_comment_is_refused_with_the_text_kept(client, article, number):
    response = send(client, article, parent=number, body="My long answer.")

    assert response.status_code == 422
    assert "My long answer." in one_line(response.text)
    assert not Comment.objects.exists()


def test_refused_reply_can_be_sent_again_as_a_comment_of_its_own(client, article):
    send(client, article, parent="5")

    assert send(client, article, parent="").status_code == 303


def test_form_with_another_error_goes_on_answering(client, article, comment):
    text = one_line(send(client, article, parent=comment.pk, email="rosa@").text)

    assert f'name="parent" value="{comment.pk}"' in text
    assert "Is it so?" in text


def test_same_words_answer_two_comments(client, article, comment):
    send(client, article, parent=comment.pk)
    send(client, article, parent=factories.approved_comment(article).pk)
    send(client, article)

    assert Comment.objects.filter(email="ann@example.org").count() == 3


def test_closed_article_has_no_reply_form(client, article, comment):
    Article.objects.filter(pk=article.pk).update(comments_open=False)

    page = one_line(client.get(f"{ADDRESS}{comment.pk}/reply/").text)
    sent = send(client, article, parent=comment.pk, body="My long answer.")

    assert "are closed" in page
    assert '<form method="post" class="form comment-form"' not in page
    assert (sent.status_code, "My long answer." in one_line(sent.text)) == (403, True)


# Preview


def preview(client, article, **fields):
    return send(client, article, preview="Preview", **fields)


def test_preview_shows_the_comment_and_keeps_nothing(client, article):
    response = preview(client, article, body="p<0.05, <b>bold</b>\n\nhttps://example.org/")

    text = one_line(response.text)
    assert response.status_code == 200
    assert '<p dir="auto">p&lt;0.05, bold</p>' in text
    assert '<a href="https://example.org/" rel="ugc nofollow noopener">' in text
    assert "p&lt;0.05, &lt;b&gt;bold&lt;/b&gt;" in text
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies
    assert not Comment.objects.exists()


def test_preview_with_mistakes_names_them(client, article):
    assert preview(client, article, email="rosa@").status_code == 422


def test_preview_counts_against_no_limit(client, article):
    statuses = {preview(client, article, body=f"Try {n}").status_code for n in range(35)}

    assert statuses == {200}
    assert send(client, article).status_code == 303


def test_preview_of_a_reply_goes_on_answering(client, article, comment):
    text = one_line(preview(client, article, parent=comment.pk).text)

    assert f'name="parent" value="{comment.pk}"' in text


def test_preview_does_not_pass_the_bot_traps(client, article):
    assert preview(client, article, rendered="").status_code == 422
    assert preview(client, article, website_address="https://spam.example").status_code == 422
