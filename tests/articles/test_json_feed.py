"""JSON Feed 1.1, jsonfeed.org/version/1.1."""

import json
from datetime import datetime

import pytest

from articles.models import Contribution
from tests import factories


def _feed(client, path: str = "/feed.json") -> dict:
    response = client.get(path)
    assert response.headers["Content-Type"] == "application/feed+json; charset=utf-8"
    return json.loads(response.content)


def test_feed_carries_what_the_format_demands(client, db):
    factories.published_article(body="")

    feed = _feed(client)

    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == "Colophon"
    assert feed["feed_url"] == "http://testserver/feed.json"
    assert feed["home_page_url"] == "http://testserver/"
    assert isinstance(feed["items"][0]["id"], str)
    assert feed["items"][0]["content_html"]


def test_empty_feed_still_has_its_list(client, db):
    assert _feed(client)["items"] == []


def test_item_tells_what_a_reader_shows(client, db):
    hero, face = factories.image(), factories.image()
    ada = factories.author(name="Ada", slug="ada", portrait=face)
    article = factories.published_article(
        by=ada, slug="rest", title="Rest < “sleep”", standfirst="Short.", hero=hero,
        topic=factories.topic(name="Sleep"), body='<p><a href="/about/">Us</a></p>',
    )  # fmt: skip

    item = _feed(client)["items"][0]

    assert item["url"] == "http://testserver/articles/rest/"
    assert item["title"] == "Rest < “sleep”"
    assert item["summary"] == "Short."
    assert item["image"] == f"http://testserver{hero.file.url}"
    assert item["tags"] == ["Sleep"]
    assert 'href="http://testserver/about/"' in item["content_html"]
    assert item["authors"] == [
        {
            "name": "Ada",
            "url": "http://testserver/authors/ada/",
            "avatar": f"http://testserver{face.file.url}",
        }
    ]
    assert datetime.fromisoformat(item["date_published"]).utcoffset() is not None
    assert item["date_published"] == article.published_at.isoformat(timespec="seconds")


def test_both_formats_know_an_entry_by_the_same_name(client, db):
    factories.published_article()

    assert _feed(client)["items"][0]["id"] in client.get("/feed/").text


def test_feed_holds_only_published_articles(client, db):
    factories.draft(title="Draft")
    factories.scheduled_article(title="Plan")
    factories.published_article(title="Out")

    assert [item["title"] for item in _feed(client)["items"]] == ["Out"]


def test_topic_and_author_feeds_hold_their_own(client, db):
    ada, sleep = factories.author(slug="ada", name="Ada"), factories.topic(slug="sleep")
    factories.published_article(title="Hers", by=ada)
    factories.published_article(title="On sleep", topic=sleep)
    reviewed = factories.published_article(title="Reviewed")
    Contribution.objects.create(article=reviewed, author=ada, part="reviewer")

    by_ada, on_sleep = (
        _feed(client, "/authors/ada/feed.json"),
        _feed(client, "/topics/sleep/feed.json"),
    )

    assert [item["title"] for item in by_ada["items"]] == ["Hers"]
    assert by_ada["home_page_url"] == "http://testserver/authors/ada/"
    assert by_ada["title"] == "Ada · Colophon"
    assert [item["title"] for item in on_sleep["items"]] == ["On sleep"]
    assert on_sleep["feed_url"] == "http://testserver/topics/sleep/feed.json"


def test_author_without_published_work_has_no_feed(client, db):
    factories.draft(by=factories.author(slug="ada"))

    assert client.get("/authors/ada/feed.json").status_code == 404
    assert client.get("/authors/ada/feed/").status_code == 404


@pytest.mark.parametrize("path", ["/topics/{}/feed/", "/topics/{}/feed.json"])
def test_renamed_topic_takes_its_feeds_along(client, db, path):
    topic = factories.topic(slug="old")
    topic.slug = "new"
    topic.save()

    response = client.get(path.format("old"))

    assert (response.status_code, response.headers["Location"]) == (301, path.format("new"))


def test_unchanged_feed_is_not_sent_again(client, db):
    factories.published_article()
    etag = client.get("/feed.json").headers["ETag"]

    assert client.get("/feed.json", headers={"if-none-match": etag}).status_code == 304


def test_feed_costs_the_same_queries_however_many_articles(client, db, django_assert_num_queries):
    for _ in range(5):
        factories.published_article(
            by=factories.author(portrait=factories.image()), topic=factories.topic(),
            hero=factories.image(),
        )  # fmt: skip

    with django_assert_num_queries(2):
        client.get("/feed.json")
