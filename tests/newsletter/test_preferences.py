"""Readers choose what they get; issues keep to it."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from newsletter import links
from newsletter.models import Delivery, Subscriber
from newsletter.preferences import ChoicesForm
from newsletter.sending.rendering import render_body
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    return factories.subscriber(email="reader@example.org")


def page_of(subscriber):
    return urlsplit(links.preferences_url(subscriber)).path


def receivers(**fields):
    topics = fields.pop("topics", [])
    issue = factories.issue(**fields)
    issue.topics.set(topics)
    issue.start(by=None, body=render_body(issue))
    return {row.subscriber for row in Delivery.objects.filter(issue=issue)}


def test_choices_are_saved(client, reader, settings):
    settings.NEWSLETTER_DIGEST_DAY = "monday"
    topic = factories.topic(name="Sleep")
    sent = {"frequency": "weekly", "topics": [topic.pk], "pause": "30", "choose": ""}

    page = client.post(page_of(reader), sent)

    reader.refresh_from_db()
    assert page.status_code == 200
    assert reader.frequency == "weekly"
    assert list(reader.topics.all()) == [topic]
    assert timedelta(days=29) < reader.paused_until - timezone.now() <= timedelta(days=30)
    assert reader.consent_events.get().kind == "changed"
    assert "Sleep" in reader.consent_events.get().detail


def test_pause_that_was_chosen_stays(client, reader):
    reader.choose(frequency="every", topics=[], paused_until=timezone.now() + timedelta(days=9))
    until = reader.paused_until

    client.post(page_of(reader), {"frequency": "every", "pause": "keep", "choose": ""})

    reader.refresh_from_db()
    assert reader.paused_until == until


def test_topic_includes_its_sub_topics(reader):
    sleep = factories.topic(name="Sleep", position=2)
    food = factories.topic(name="Food", position=1)
    naps = factories.topic(name="Naps", parent=sleep)
    napper, eater = factories.subscriber(), factories.subscriber()
    for person, topic in ((reader, sleep), (napper, naps), (eater, food)):
        person.topics.set([topic])

    assert receivers(topics=[naps]) == {reader, napper}
    assert receivers(topics=[sleep]) == {reader}
    labels = [box.choice_label for box in ChoicesForm(reader)["topics"]]
    assert labels == ["Food", "Sleep", "Sleep › Naps"]


def test_unknown_choice_changes_nothing(client, reader):
    page = client.post(page_of(reader), {"frequency": "hourly", "topics": ["x"], "choose": ""})

    reader.refresh_from_db()
    assert page.status_code == 422
    assert reader.frequency == "every"


@pytest.mark.parametrize(
    ("set_to", "offered"),
    [
        ({}, {"every"}),
        ({"NEWSLETTER_EACH_ARTICLE": "held"}, {"every", "articles"}),
        ({"NEWSLETTER_DIGEST_DAY": "friday"}, {"every", "weekly"}),
    ],
)
def test_only_what_is_sent_is_offered(client, reader, settings, set_to, offered):
    for name, value in set_to.items():
        setattr(settings, name, value)

    assert {name for name, _label in ChoicesForm(reader)["frequency"].field.choices} == offered
    reader.frequency = "weekly"
    assert "weekly" in dict(ChoicesForm(reader)["frequency"].field.choices)


def test_digest_made_by_hand_is_offered_too(reader):
    factories.issue(kind="digest")

    assert "weekly" in dict(ChoicesForm(reader)["frequency"].field.choices)


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_page_changes_nothing(client, reader, method):
    assert getattr(client, method)(page_of(reader)).status_code == 200

    assert not reader.consent_events.exists()


def test_forged_link_and_erased_reader(client, reader):
    path = page_of(reader)
    reader.delete()

    assert client.get("/newsletter/preferences/forged/").status_code == 404
    assert "We no longer send the newsletter" in client.get(path).text


@pytest.mark.parametrize(
    ("kind", "frequencies"),
    [
        ("issue", {"every", "articles"}),
        ("digest", {"every", "weekly"}),
        ("article", {"articles"}),
    ],
)
def test_each_kind_goes_to_its_readers(kind, frequencies):
    for frequency in Subscriber.Frequency.values:
        factories.subscriber(frequency=frequency)

    assert {reader.frequency for reader in receivers(kind=kind)} == frequencies


def test_topics_are_honoured():
    sleep, food = factories.topic(), factories.topic()
    of_sleep, of_food, of_all = (factories.subscriber() for _number in range(3))
    of_sleep.topics.set([sleep])
    of_food.topics.set([food])

    assert receivers(topics=[sleep]) == {of_sleep, of_all}
    assert receivers() == {of_sleep, of_food, of_all}


def test_paused_reader_gets_nothing_until_the_day(reader):
    later, past = timezone.now() + timedelta(days=1), timezone.now() - timedelta(days=1)
    factories.subscriber(paused_until=later)
    back = factories.subscriber(paused_until=past)

    assert receivers() == {reader, back}


def test_other_address_takes_over_when_it_is_confirmed(client, reader, act, mailoutbox, link_in):
    topic = factories.topic()
    reader.choose(frequency="weekly", topics=[topic], paused_until=None)
    act(page_of(reader), data={"email": "new@example.org", "move": ""})
    reader.refresh_from_db()
    assert reader.is_confirmed

    act(link_in(mailoutbox[-1], "confirm"))

    reader.refresh_from_db()
    new = Subscriber.objects.get(email="new@example.org")
    assert new.is_confirmed
    assert new.frequency == "weekly"
    assert list(new.topics.all()) == [topic]
    assert reader.status == "unsubscribed"


def test_wrong_new_address_gets_a_message(client, reader):
    page = client.post(page_of(reader), {"email": "nowhere", "move": ""})

    assert page.status_code == 422
    assert "Enter a full email address" in page.text
    assert "nowhere" in page.text
