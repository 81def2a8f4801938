"""The sitemap, sitemaps.org."""

import xml.etree.ElementTree as ET
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from articles.models import Correction
from articles.reading import sitemaps
from tests import factories

NS = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
}


def _read(client, path: str, root: str) -> dict[str, str | None]:
    """Address to time of last change."""
    response = client.get(path)
    assert response.headers["Content-Type"].startswith("application/xml")
    tree = ET.fromstring(response.content)  # noqa: S314 - our own answer
    assert tree.tag == f"{{{NS['s']}}}{root}"
    return {
        node.findtext("s:loc", namespaces=NS): node.findtext("s:lastmod", namespaces=NS)
        for node in tree
    }


def _index(client) -> dict[str, str | None]:
    files = _read(client, "/sitemap.xml", "sitemapindex")
    return {file.removeprefix("http://testserver"): time for file, time in files.items()}


def _places(client) -> dict[str, str | None]:
    """All of all files."""
    found: dict[str, str | None] = {}
    for file in _index(client):
        found |= _read(client, file, "urlset")
    return {place.removeprefix("http://testserver"): time for place, time in found.items()}


def _article_numbered(pk: int, **fields):
    return factories.published_article(pk=pk, slug=f"a-{pk}", **fields)


def test_sitemap_holds_what_readers_can_open(client, db):
    ada, topic = factories.author(slug="ada"), factories.topic(slug="sleep")
    factories.published_article(by=ada, topic=topic, slug="rest")

    places = _places(client)

    assert {"/", "/archive/", "/articles/rest/", "/topics/sleep/", "/authors/ada/", "/about/",
            "/privacy/"} <= set(places)  # fmt: skip
    assert all(client.get(place).status_code == 200 for place in places)


def test_unpublished_work_leaves_no_trace(client, db):
    factories.draft(by=factories.author(), topic=factories.topic())
    factories.scheduled_article(by=factories.author(), topic=factories.topic())

    seen = {*_index(client), *_places(client)} - {"/authors/", "/topics/"}

    assert not any(part in place for place in seen for part in ("articles", "authors", "topics"))


def test_all_addresses_are_those_of_the_site_not_of_the_request(client, db, settings):
    settings.SITE_URL = "https://magazine.example"
    factories.published_article(pk=7, topic=factories.topic())

    files = _read(client, "/sitemap.xml", "sitemapindex")
    places = _read(client, "/sitemap-articles-1.xml", "urlset")

    assert all(place.startswith("https://magazine.example/") for place in [*files, *places])


def test_time_is_that_of_the_last_substantial_change(client, db):
    topic = factories.topic(slug="sleep")
    article = factories.published_article(slug="rest", topic=topic, days_ago=9)
    factories.published_article(topic=topic, days_ago=20)
    article.updated_at = timezone.now() - timedelta(days=2)
    article.save()

    times = _places(client)

    changed = article.updated_at.isoformat(timespec="seconds")
    assert times["/articles/rest/"] == times["/topics/sleep/"] == changed


def test_correction_is_a_change_of_the_article_and_of_its_file(client, db):
    article = _article_numbered(3, days_ago=9)
    Correction.objects.create(article=article, text="A")
    correction = Correction.objects.create(article=article, text="B")
    factories.published_article(pk=4, days_ago=5)

    changed = correction.corrected_at.isoformat(timespec="seconds")

    assert _places(client)["/articles/a-3/"] == changed
    assert _index(client)["/sitemap-articles-1.xml"] == changed


def test_saving_without_substantial_change_changes_no_time(client, db):
    article = factories.published_article(slug="rest", days_ago=9)
    article.save()

    assert datetime.fromisoformat(_places(client)["/articles/rest/"]) < article.modified_at


def test_hero_stands_with_its_article(client, db):
    hero = factories.image()
    _article_numbered(1, hero=hero)

    tree = ET.fromstring(client.get("/sitemap-articles-1.xml").content)  # noqa: S314

    image = tree.findtext("s:url/image:image/image:loc", namespaces=NS)
    assert image == f"http://testserver{hero.file.url}"


def test_file_holds_its_range_of_rows_whatever_happens_elsewhere(client, db, monkeypatch):
    monkeypatch.setattr(sitemaps, "ROWS_IN_FILE", 10)
    for pk in (1, 10, 11, 35):
        _article_numbered(pk)
    before = client.get("/sitemap-articles-2.xml").content
    _article_numbered(5).withdraw(by=None)
    _article_numbered(40)

    files = [file for file in _index(client) if "articles" in file]

    assert files == [f"/sitemap-articles-{number}.xml" for number in (1, 2, 4)]
    assert client.get("/sitemap-articles-2.xml").content == before
    assert list(_read(client, files[0], "urlset")) == [
        f"http://testserver/articles/a-{pk}/" for pk in (1, 10)
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/sitemap-articles-0.xml",
        "/sitemap-articles-99.xml",
        "/sitemap-articles-99999999999999999999999.xml",
        "/sitemap-users-1.xml",
        "/sitemap-articles-x.xml",
    ],
)
def test_file_that_is_not_there_is_not_found(client, db, path):
    factories.published_article()

    assert client.get(path).status_code == 404


def test_unchanged_file_is_not_sent_again(client, db):
    _article_numbered(1)
    for path in ("/sitemap.xml", "/sitemap-articles-1.xml"):
        etag = client.get(path).headers["ETag"]

        assert client.get(path, headers={"if-none-match": etag}).status_code == 304


def test_sitemap_costs_the_same_queries_however_many_articles(
    client, db, django_assert_num_queries
):
    for pk in range(1, 6):
        _article_numbered(
            pk, by=factories.author(), topic=factories.topic(), hero=factories.image()
        )

    with django_assert_num_queries(5):
        client.get("/sitemap.xml")
    with django_assert_num_queries(1):
        client.get("/sitemap-articles-1.xml")


def test_files_stay_within_the_standard():
    assert sitemaps.ROWS_IN_FILE <= 50_000
