"""Topics have sub-topics of one level, and show their articles."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from articles.models import Topic
from tests import factories
from tests.markup import links_of, one_line
from tests.waiting import somebody_waits, wait_until

ADMIN = "/admin/articles/topic/"


@pytest.fixture
def food(db):
    return factories.topic(name="Food")


@pytest.fixture
def vitamins(food):
    return factories.topic(name="Vitamins", parent=food)


def typed(topic, **fields):
    return {"name": topic.name, "slug": topic.slug, "position": 0, "description": "", **fields}


def test_page_of_a_topic_shows_articles_of_its_subtopics(client, food, vitamins):
    factories.published_article(topic=food, title="Bread", days_ago=3)
    factories.published_article(topic=vitamins, title="Vitamin C", days_ago=2)
    factories.published_article(title="Elsewhere")

    page = client.get("/topics/food/")
    titles = [article.title for article in page.context["list"].rows]

    assert titles == ["Vitamin C", "Bread"]
    assert "2 articles" in one_line(page.text)
    assert "/topics/vitamins/" in links_of(page.text)


def test_page_of_a_subtopic_shows_its_own_and_leads_back(client, food, vitamins):
    factories.published_article(topic=food, title="Bread")
    factories.published_article(topic=vitamins, title="Vitamin C")

    page = client.get("/topics/vitamins/")

    assert [article.title for article in page.context["list"].rows] == ["Vitamin C"]
    assert "/topics/food/" in links_of(page.text.partition("<main")[2])


def test_feed_of_a_topic_has_articles_of_its_subtopics(client, food, vitamins):
    factories.published_article(topic=vitamins, title="Vitamin C")

    assert "Vitamin C" in client.get("/topics/food/feed/").text


def test_long_list_of_a_topic_with_subtopics_loses_nothing(client, food, vitamins):
    for number in range(15):
        factories.published_article(topic=(food, vitamins)[number % 2], days_ago=number + 1)

    first = client.get("/topics/food/").context["list"]
    second = client.get("/topics/food/", {"before": first.older}).context["list"]

    assert len({row.pk for row in [*first.rows, *second.rows]}) == 15


def test_topic_with_articles_in_subtopics_alone_is_in_the_sitemap(client, food, vitamins):
    factories.published_article(topic=vitamins)
    file = f"/sitemap-topics-{(food.pk - 1) // 10_000 + 1}.xml"

    assert "/topics/food/" in client.get(file).text


def test_second_level_is_refused_by_the_form_and_by_the_database(food, vitamins):
    below = factories.topic(name="Vitamin C")
    for topic, parent in ((below, vitamins), (food, below), (below, below)):
        topic.parent = parent
        with pytest.raises(ValidationError):
            topic.clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            topic.save()


@pytest.mark.django_db(transaction=True)
def test_two_who_make_a_second_level_at_once_are_told_apart():
    food, vitamins, below = (factories.topic(name=name) for name in ("Food", "Vitamins", "C"))
    refused = []

    def second():
        try:
            Topic.objects.filter(pk=vitamins.pk).update(parent=food)
        except IntegrityError as error:
            refused.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        Topic.objects.filter(pk=below.pk).update(parent=vitamins)
        other = threading.Thread(target=second)
        other.start()
        wait_until(somebody_waits)
    other.join()

    assert len(refused) == 1


def test_editor_puts_a_topic_below_another(client_of, editor, food):
    vitamins = factories.topic(name="Vitamins")

    client_of(editor).post(f"{ADMIN}{vitamins.pk}/change/", typed(vitamins, parent=food.pk))

    vitamins.refresh_from_db()
    assert vitamins.parent == food


def test_form_offers_no_subtopic_as_a_parent(client_of, editor, food, vitamins):
    other = factories.topic(name="Other")
    browser = client_of(editor)

    response = browser.post(f"{ADMIN}{other.pk}/change/", typed(other, parent=vitamins.pk))

    other.refresh_from_db()
    assert response.status_code == 200
    assert other.parent is None


def test_author_cannot_move_a_topic(client_of, author, food):
    vitamins = factories.topic(name="Vitamins")

    client_of(author).post(f"{ADMIN}{vitamins.pk}/change/", typed(vitamins, parent=food.pk))

    vitamins.refresh_from_db()
    assert vitamins.parent is None


def test_page_of_a_topic_costs_the_same_queries_however_many_subtopics(
    client, food, django_assert_num_queries
):
    for _number in range(4):
        factories.published_article(topic=factories.topic(parent=food))

    with django_assert_num_queries(5):
        client.get("/topics/food/")
