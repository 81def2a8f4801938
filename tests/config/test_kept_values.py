"""Values that many pages show are made once, and never old."""

import pytest

from articles.models import Page, Topic
from config.web.cache import kept_values
from config.web.cache.change_feed import ChangeFeed
from config.web.cache.kept_values import collected_tags, follow, kept
from tests import factories
from tests.waiting import hear_all


@pytest.fixture
def feed(transactional_db):
    """What a page cache makes this process follow."""
    feed = ChangeFeed()
    follow(feed, None)
    feed.catch_up()
    yield feed
    feed.close()
    kept_values.stop_following()


class Counted:
    def __init__(self):
        self.number = 0

    def __call__(self):
        self.number += 1
        return self.number


def test_value_is_made_once_until_a_tag_changes(feed):
    make = Counted()
    assert [kept("menu", make, "topics") for _ in range(3)] == [1, 1, 1]

    feed.change("pages")
    assert kept("menu", make, "topics") == 1
    feed.change("topics")

    assert kept("menu", make, "topics") == 2


def test_names_parts_and_languages_are_kept_apart(feed, settings):
    make = Counted()

    assert kept("menu", make, "topics") == 1
    assert kept("footer", make, "topics") == 2
    assert kept("menu", make, "topics", of="/topics/sleep/") == 3


def test_page_in_the_making_takes_the_tags_over(feed):
    kept("menu", Counted(), "topics")

    with collected_tags() as tags:
        kept("menu", Counted(), "topics")
        kept("footer", Counted(), "pages")

    assert tags == {"topics", "pages"}


def test_nothing_is_kept_while_changes_are_not_heard(feed):
    make = Counted()
    kept("menu", make, "topics")

    feed.close()

    assert [kept("menu", make, "topics") for _ in range(2)] == [2, 3]


@pytest.mark.django_db
def test_nothing_is_kept_without_a_page_cache():
    make = Counted()

    assert [kept("menu", make, "topics") for _ in range(2)] == [1, 2]


def test_what_a_transaction_sees_is_not_kept(feed):
    from django.db import transaction

    make = Counted()
    with transaction.atomic():
        kept("menu", make, "topics")

    assert kept("menu", make, "topics") == 2
    assert kept("menu", make, "topics") == 2


def test_menu_and_footer_of_a_page_that_is_not_cached_are_fresh(feed, client):
    topic = factories.topic(name="Sleep")
    factories.published_article(topic=topic)
    Page.objects.create(title="Imprint", body="<p>We.</p>", slug="imprint")
    hear_all(feed)
    assert "Sleep" in client.get("/nowhere/").text

    Topic.objects.update(name="Rest")
    Page.objects.filter(slug="imprint").update(title="Who we are")
    hear_all(feed)

    text = client.get("/nowhere/").text
    assert "Rest" in text
    assert "Sleep" not in text
    assert "Who we are" in text


def test_kept_menu_marks_the_page_that_one_is_on(feed, client):
    topic = factories.topic(name="Sleep")
    factories.published_article(topic=topic)
    hear_all(feed)

    marks = [
        client.get(path).text.count('aria-current="page"')
        for path in ("/", "/archive/", topic.get_absolute_url(), "/", "/nowhere/")
    ]

    assert marks == [0, 1, 2, 0, 0]  # a topic stands in the header and in its menu
