"""Sub-topics and series in the JSON API."""

import pytest

from articles.models import Series
from tests import factories
from tests.config.api_contract import ask, fields


@pytest.fixture
def food(db):
    return factories.topic(name="Food")


@pytest.fixture
def vitamins(food):
    return factories.topic(name="Vitamins", parent=food)


@pytest.fixture
def three_parts(db):
    parts = [factories.published_article(title=f"Piece {n}", days_ago=n) for n in (1, 2, 3)]
    factories.series(*parts, title="A long road", description="In three parts.")
    return parts


def titles(page):
    return [one["title"] for one in page["items"]]


def test_sub_topic_names_the_topic_that_it_is_part_of(client, food, vitamins):
    factories.published_article(topic=vitamins)

    assert fields(client, "/api/v1/topics/vitamins/")["parent"]["slug"] == "food"
    assert fields(client, "/api/v1/topics/food/")["parent"] is None


def test_list_has_topics_with_articles_in_sub_topics_alone(client, food, vitamins):
    factories.topic(name="Empty")
    factories.published_article(topic=vitamins)

    found = fields(client, "/api/v1/topics/")["items"]

    parents = {one["slug"]: one["parent"] and one["parent"]["slug"] for one in found}
    assert parents == {"food": None, "vitamins": "food"}


def test_articles_of_a_topic_are_as_many_as_it_says(client, food, vitamins):
    factories.published_article(topic=food, title="Bread", days_ago=3)
    factories.published_article(topic=vitamins, title="Vitamin C", days_ago=2)
    factories.published_article(title="Elsewhere")

    assert titles(fields(client, "/api/v1/articles/?topic=food")) == ["Vitamin C", "Bread"]
    assert fields(client, "/api/v1/topics/food/")["article_count"] == 2


def test_series_has_its_public_parts_in_their_order(client, three_parts):
    three_parts[1].withdraw(by=None)

    found = fields(client, "/api/v1/series/a-long-road/")

    assert [one["title"] for one in found["articles"]] == ["Piece 1", "Piece 3"]
    assert found["part_count"] == 2
    assert found["description"] == "In three parts."
    assert found["url"] == "http://testserver/series/a-long-road/"


def test_article_names_its_place_in_a_series(client, three_parts):
    part = fields(client, f"/api/v1/articles/{three_parts[1].slug}/")["series"]
    alone = factories.published_article()

    assert (part["title"], part["part"], part["parts"]) == ("A long road", 2, 3)
    assert fields(client, f"/api/v1/articles/{alone.slug}/")["series"] is None


def test_series_without_a_public_part_is_not_found(client, db):
    factories.series(factories.draft(), title="Secret plan")

    ask(client, "/api/v1/series/secret-plan/", status=404)
    assert fields(client, "/api/v1/series/")["items"] == []


def test_former_slug_of_a_series_leads_to_that_of_today(client, three_parts):
    series = Series.objects.get()
    series.slug = "a-short-road"
    series.save()

    moved = ask(client, "/api/v1/series/a-long-road/", status=301)

    assert moved.headers["Location"] == "/api/v1/series/a-short-road/"
