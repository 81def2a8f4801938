"""Floods are held back, and whoever is caught by mistake keeps the text."""

import pytest

from comments.models import Comment
from comments.writing.receiving import PER_NETWORK
from tests import factories
from tests.comments.sending import filled_in, send

# At the beginning of a window of each limit.
pytestmark = [pytest.mark.django_db, pytest.mark.day("2026-11-21T10:00")]


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


def test_too_many_comments_of_one_network_have_to_wait(client, article):
    for number in range(PER_NETWORK.times):
        send(client, article, email=f"r{number}@example.org")

    response = send(client, article, email="last@example.org", body="My long answer.")
    elsewhere = client.post(
        "/articles/sleep-well/comments/", filled_in(article, email="e@example.org"), REMOTE_ADDR="192.0.2.7"
    )  # fmt: skip

    assert (response.status_code, response["Retry-After"]) == (429, "600")
    assert "My long answer." in response.text
    assert elsewhere.status_code == 303
    assert Comment.objects.count() == PER_NETWORK.times + 1


def test_sending_the_same_again_counts_against_no_limit(client, article):
    statuses = {send(client, article).status_code for _ in range(PER_NETWORK.times + 5)}

    assert statuses == {303}
