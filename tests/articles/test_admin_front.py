"""The admin's front page tells each role what waits for it."""

import pytest

from tests import factories

QUEUE = "/admin/comments/queue/"


@pytest.fixture
def waiting(db):
    article = factories.published_article()
    factories.approved_comment(article)
    return [factories.comment(article) for _ in range(2)]


def test_moderator_sees_how_many_comments_wait(client_of, moderator, waiting):
    page = client_of(moderator).get("/admin/").text

    assert f'<a href="{QUEUE}">2 comments waiting for a moderator</a>' in page


def test_moderator_sees_that_none_waits(client_of, moderator):
    page = client_of(moderator).get("/admin/").text

    assert "No comments are waiting for a moderator." in page


def test_author_is_not_told_of_comments(client_of, author, waiting):
    assert "for a moderator" not in client_of(author).get("/admin/").text


def test_link_leads_to_the_waiting_comments(client_of, moderator, waiting):
    page = client_of(moderator).get(QUEUE)

    assert page.status_code == 200
    assert page.text.count("data-comment=") == 2
