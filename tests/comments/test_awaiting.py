"""The page that shows a comment to its writer."""

import pytest

from comments.models import Comment
from tests import factories
from tests.clock import after
from tests.comments.sending import send
from tests.markup import links_of, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


def test_writer_sees_the_comment_and_that_it_waits(client, article):
    response = client.get(send(client, article, body="It <b>helped</b> me.").url)

    page = response.text
    assert response.status_code == 200
    assert "awaits moderation" in page
    assert "It helped me." in page
    assert "ann@example.org" not in page
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies


def test_writer_finds_the_way_to_the_approved_comment(client, article):
    url = send(client, article).url
    comment = Comment.objects.get()
    comment.approve(by=None)

    page = client.get(url).text

    assert f"/articles/sleep-well/comments/{comment.pk}/" in links_of(page)


@pytest.mark.parametrize(
    ("verb", "told"),
    [
        ("reject", "was not published"),
        ("mark_as_spam", "was not published"),
        ("remove", "was removed"),
    ],
)
def test_writer_is_told_when_the_comment_is_not_published(client, article, verb, told):
    url = send(client, article).url
    getattr(Comment.objects.get(), verb)(by=None)

    page = client.get(url).text

    assert told in page
    assert "spam" not in words_of(page.lower())


def test_withdrawn_article_is_not_linked_from_its_comment(client, article):
    url = send(client, article).url
    article.withdraw(by=None)

    response = client.get(url)

    assert response.status_code == 200
    assert "/articles/sleep-well/" not in response.text


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: "x" + t, lambda t: "nonsense"])
def test_forged_link_shows_no_comment(client, article, change):
    token = send(client, article).url.split("/")[2]

    assert client.get(f"/comments/{change(token)}/").status_code == 404


def test_link_shows_the_comment_for_ever(client, article):
    url = send(client, article).url

    with after(days=3650):
        assert client.get(url).status_code == 200
