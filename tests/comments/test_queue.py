"""Moderators read the queue."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db
QUEUE = "/admin/comments/queue/"


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


@pytest.fixture
def desk(moderator, client_of):
    return client_of(moderator)


def test_list_of_comments_is_the_queue(desk):
    assert desk.get("/admin/comments/comment/").url == QUEUE


def test_what_waits_stands_in_the_queue_with_the_oldest_first(desk, article):
    factories.comment(article, body="Older words")
    factories.comment(article, body="Newer words")
    factories.comment(article, body="Decided words").reject(by=None)

    page = desk.get(QUEUE).content.decode()

    assert page.index("Older words") < page.index("Newer words")
    assert "Decided words" not in page
