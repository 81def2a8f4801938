"""The signup box may offer topics; one field stays enough."""

import pytest
from django.test import Client

from newsletter.models import ConsentEvent, Subscriber
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def offered(settings):
    settings.NEWSLETTER_SIGNUP_TOPICS = True


@pytest.fixture
def topics():
    return [factories.topic(name=name) for name in ("Sleep", "Food", "Sport")]


def test_box_offers_topics_if_it_is_told_to(client, settings, topics):
    assert "Only these topics" in client.get("/newsletter/").text
    assert "Only these topics" in client.get("/corrections/").text

    settings.NEWSLETTER_SIGNUP_TOPICS = False
    assert "Only these topics" not in client.get("/newsletter/").text


def test_chosen_topics_hold_from_the_confirmation_on(sign_up, act, mailoutbox, link_in, topics):
    sleep, food, _sport = topics
    sign_up("reader@example.org", topics=[sleep.pk, food.pk])
    reader = Subscriber.objects.get()
    before = list(reader.topics.all())
    act(link_in(mailoutbox[-1], "confirm"))

    assert before == []
    assert set(reader.topics.all()) == {sleep, food}
    assert ConsentEvent.objects.get(kind="asked").detail == "Food; Sleep"


def test_address_alone_is_enough(sign_up, act, mailoutbox, link_in, topics):
    sign_up("reader@example.org")
    act(link_in(mailoutbox[-1], "confirm"))

    assert Subscriber.objects.get().is_confirmed
    assert not Subscriber.objects.get().topics.exists()


def test_stranger_changes_no_choice_of_a_subscriber(sign_up, topics):
    reader = factories.subscriber(email="reader@example.org")
    reader.topics.set(topics[:1])

    sign_up("reader@example.org", topics=[topics[2].pk])

    assert list(reader.topics.all()) == topics[:1]
    assert Subscriber.objects.get().topics_asked == []


def test_newer_request_replaces_the_choice(sign_up, act, mailoutbox, link_in, topics, clock):
    sign_up("reader@example.org", topics=[topics[0].pk])
    clock.shift(hours=2)
    sign_up("reader@example.org", topics=[topics[1].pk])
    act(link_in(mailoutbox[-1], "confirm"))

    assert list(Subscriber.objects.get().topics.all()) == [topics[1]]


@pytest.mark.parametrize("wrong", ["0", "x", "999999999999999999999"])
def test_wrong_topic_comes_back_with_the_address_kept(box, topics, wrong):
    response = Client().post("/newsletter/", box("reader@example.org", topics=[wrong]))

    assert response.status_code == 422
    assert "One of the topics no longer exists" in response.text
    assert "reader@example.org" in response.text
    assert not Subscriber.objects.exists()


def test_topic_that_was_deleted_meanwhile_is_left_out(sign_up, act, mailoutbox, link_in, topics):
    sign_up("reader@example.org", topics=[topics[0].pk, topics[1].pk])
    topics[0].delete()
    act(link_in(mailoutbox[-1], "confirm"))

    assert list(Subscriber.objects.get().topics.all()) == [topics[1]]
