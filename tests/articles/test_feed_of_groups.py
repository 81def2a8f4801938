"""Atom feeds of topics and authors, and what all Atom feeds share."""

import xml.etree.ElementTree as ET

import pytest

from articles.models import Correction
from tests import factories
from tests.clock import after

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def _feed(client, path: str) -> ET.Element:
    response = client.get(path)
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    return ET.fromstring(response.content)  # noqa: S314 - our own answer


def _titles(feed: ET.Element) -> list[str]:
    return [node.text for node in feed.findall("a:entry/a:title", ATOM)]


def test_topic_feed_holds_the_topics_articles(client, db):
    topic = factories.topic(name="Sleep", slug="sleep")
    factories.published_article(title="On sleep", topic=topic)
    factories.published_article(title="Other", topic=factories.topic())
    factories.draft(title="Draft", topic=topic)

    feed = _feed(client, "/topics/sleep/feed/")

    assert _titles(feed) == ["On sleep"]
    assert feed.findtext("a:title", namespaces=ATOM) == "Sleep · Colophon"
    assert (
        feed.find("a:link[@rel='self']", ATOM).get("href") == "http://testserver/topics/sleep/feed/"
    )
    assert (
        feed.find("a:link[@rel='alternate']", ATOM).get("href") == "http://testserver/topics/sleep/"
    )


def test_author_feed_holds_what_the_person_wrote(client, db):
    ada = factories.author(name="Ada", slug="ada")
    factories.published_article(title="Hers", by=ada)
    factories.published_article(title="Other", by=factories.author())

    assert _titles(_feed(client, "/authors/ada/feed/")) == ["Hers"]


def test_feed_keeps_its_id_when_its_address_changes(client, db):
    topic = factories.topic(slug="old")
    before = _feed(client, "/topics/old/feed/").findtext("a:id", namespaces=ATOM)
    topic.slug = "new"
    topic.save()

    after = _feed(client, "/topics/new/feed/").findtext("a:id", namespaces=ATOM)

    assert before == after
    assert before.startswith("tag:testserver,")


def test_ids_of_all_feeds_differ(client, db):
    topic, ada = factories.topic(pk=5, slug="sleep"), factories.author(pk=5, slug="ada")
    factories.published_article(pk=5, topic=topic, by=ada)
    paths = ["/feed/", "/topics/sleep/feed/", "/authors/ada/feed/"]

    ids = {_feed(client, path).findtext("a:id", namespaces=ATOM) for path in paths}

    assert len(ids) == 3


def test_correction_makes_an_entry_new(client, db):
    article = factories.published_article(days_ago=9)
    correction = Correction.objects.create(article=article, text="It was 240.")

    updated = _feed(client, "/feed/").findtext("a:entry/a:updated", namespaces=ATOM)

    assert updated == correction.corrected_at.isoformat()


def test_empty_feed_does_not_look_new_at_each_visit(client, db):
    factories.topic(slug="sleep")
    first = client.get("/topics/sleep/feed/").headers["ETag"]
    with after(days=1):
        second = client.get("/topics/sleep/feed/").headers["ETag"]

    assert first == second


@pytest.mark.parametrize(
    "path", ["/topics/none/feed/", "/authors/none/feed/", "/topics/none/feed.json"]
)
def test_feed_of_nobody_is_not_found(client, db, path):
    assert client.get(path).status_code == 404


def test_addresses_are_those_of_the_site_not_of_the_request(client, db, settings):
    settings.SITE_URL = "https://magazine.example"
    factories.published_article(by=factories.author(), topic=factories.topic())

    for path in ("/feed/", "/feed.json"):
        body = client.get(path).text

        assert "testserver" not in body
        assert "https://magazine.example/articles/" in body
