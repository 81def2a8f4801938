"""The sitemap, sitemaps.org."""

import xml.etree.ElementTree as ET
from datetime import timedelta

from django.utils import timezone

from tests import factories

NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def _sitemap(client) -> dict[str, str | None]:
    root = ET.fromstring(client.get("/sitemap.xml").content)  # noqa: S314 - our own answer
    return {
        url.findtext("s:loc", namespaces=NS): url.findtext("s:lastmod", namespaces=NS)
        for url in root
    }


def test_sitemap_holds_what_readers_can_open(client, db):
    ada, topic = factories.author(slug="ada"), factories.topic(slug="sleep")
    factories.published_article(by=ada, topic=topic, slug="rest")

    places = {place.removeprefix("http://testserver") for place in _sitemap(client)}

    assert places == {"/", "/archive/", "/articles/rest/", "/topics/sleep/", "/authors/ada/",
                      "/about/", "/privacy/"}  # fmt: skip
    assert all(client.get(place).status_code == 200 for place in places)


def test_unpublished_work_leaves_no_trace(client, db):
    factories.draft(by=factories.author(), topic=factories.topic())
    factories.scheduled_article(by=factories.author(), topic=factories.topic())

    places = _sitemap(client)

    assert not any(part in place for place in places for part in ("articles", "authors", "topics"))


def test_time_is_that_of_the_last_substantial_change(client, db):
    topic = factories.topic(slug="sleep")
    article = factories.published_article(slug="rest", topic=topic, days_ago=9)
    factories.published_article(topic=topic, days_ago=20)
    article.updated_at = timezone.now() - timedelta(days=2)
    article.save()

    times = _sitemap(client)

    assert times["http://testserver/articles/rest/"] == article.updated_at.isoformat()
    assert times["http://testserver/topics/sleep/"] == article.updated_at.isoformat()


def test_page_that_is_not_there_is_not_found(client, db):
    for page in ("x", "99"):
        assert client.get("/sitemap.xml", {"p": page}).status_code == 404


def test_sitemap_costs_the_same_queries_however_many_articles(
    client, db, django_assert_max_num_queries
):
    for _ in range(5):
        factories.published_article(by=factories.author(), topic=factories.topic())

    with django_assert_max_num_queries(8):
        client.get("/sitemap.xml")
