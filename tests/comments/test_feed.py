"""The feed of a thread."""

from xml.etree import ElementTree

import pytest

from comments.reading.feeds import ENTRIES
from tests import factories

pytestmark = pytest.mark.django_db

FEED = "/articles/sleep-well/comments/feed/"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def article():
    return factories.published_article(title="Sleep & well", slug="sleep-well")


def read(client):
    response = client.get(FEED)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own


def texts(entry, *names):
    return [entry.findtext(f"{ATOM}{name}") for name in names]


def test_feed_tells_each_approved_comment_whole(client, article):
    comment = factories.approved_comment(article, name="Rosa & Co", body="p<0.05 & <b>so</b>")
    factories.comment(article, body="Hidden")

    feed = read(client)

    entry = feed.find(f"{ATOM}entry")
    assert texts(feed, "title") == ["Comments on “Sleep & well”"]
    assert texts(entry, "title", "content") == [
        "Comment by Rosa & Co",
        '<p dir="auto">p&lt;0.05 &amp; &lt;b&gt;so&lt;/b&gt;</p>',
    ]
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Rosa & Co"
    assert entry.find(f"{ATOM}link").get("href") == (
        f"http://testserver/articles/sleep-well/comments/{comment.pk}/"
    )
    assert len(feed.findall(f"{ATOM}entry")) == 1


def test_feed_has_what_the_standard_asks_for(client, article):
    factories.approved_comment(article)

    feed = read(client)

    entry = feed.find(f"{ATOM}entry")
    assert all(texts(feed, "id", "title", "updated"))
    assert all(texts(entry, "id", "title", "updated", "published"))
    assert entry.findtext(f"{ATOM}id").startswith("tag:testserver,")
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == f"http://testserver{FEED}"
    assert links["alternate"] == "http://testserver/articles/sleep-well/#comments"


def test_feed_without_comments_is_a_feed(client, article):
    assert texts(read(client), "updated") == ["1970-01-01T00:00:00+00:00"]


def test_removed_comment_leaves_the_feed(client, article):
    gone = factories.approved_comment(article)
    factories.approved_comment(article, parent=gone)
    type(gone).objects.get(pk=gone.pk).remove(by=None)

    assert len(read(client).findall(f"{ATOM}entry")) == 1


@pytest.mark.long
def test_feed_holds_the_last_fifty_at_the_cost_of_one(
    client, article, django_assert_max_num_queries
):
    for number in range(ENTRIES + 3):
        factories.approved_comment(article, name=f"Reader {number}")

    with django_assert_max_num_queries(2):
        entries = read(client).findall(f"{ATOM}entry")

    assert len(entries) == ENTRIES
    assert texts(entries[0], "title") == [f"Comment by Reader {ENTRIES + 2}"]


def test_unchanged_feed_is_not_sent_again(client, article):
    factories.approved_comment(article)
    tag = client.get(FEED)["ETag"]

    assert client.get(FEED, headers={"If-None-Match": tag}).status_code == 304


def test_address_of_the_writer_is_not_in_the_feed(client, article):
    factories.approved_comment(article, email="secret@example.net")

    assert b"secret@" not in client.get(FEED).content


def test_feed_is_found_from_the_article(client, article):
    factories.approved_comment(article)

    text = client.get("/articles/sleep-well/").text

    assert (
        f'type="application/atom+xml" title="Comments on “Sleep &amp; well”" href="{FEED}"' in text
    )
    assert f'<a href="{FEED}">' in text


def test_feed_follows_a_renamed_article(client, article):
    article.slug = "better"
    article.save(update_fields=["slug"])

    response = client.get(FEED)

    assert (response.status_code, response.url) == (301, "/articles/better/comments/feed/")


def test_article_that_is_not_public_has_no_feed(client):
    draft = factories.draft()

    assert client.get(f"/articles/{draft.slug}/comments/feed/").status_code == 404
