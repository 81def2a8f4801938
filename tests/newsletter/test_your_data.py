"""Evidence of consent is only added to; its owner gets and erases everything."""

import json
import re
from urllib.parse import urlsplit

import pytest
from django.db import IntegrityError, connection, transaction

from newsletter import links
from newsletter.forms import CONSENT_WORDING
from newsletter.models import ConsentEvent, Delivery, Subscriber, Suppression
from newsletter.preferences import LinksForm
from tests import factories
from tests.clock import after, ago

ASK = "/newsletter/yours/"


@pytest.fixture
def ask(db, client, django_capture_on_commit_callbacks):
    def post(email):
        with ago(seconds=10):
            rendered = LinksForm()["rendered"].value()
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(ASK, {"email": email, "rendered": rendered})

    return post


def data_path(subscriber):
    return urlsplit(links.your_data_url(subscriber)).path


def test_each_step_of_a_consent_is_kept(confirm_link, act):
    act(confirm_link)
    reader = Subscriber.objects.get()
    reader.unsubscribe()

    asked, confirmed, left = reader.consent_events.all()

    assert (asked.kind, asked.page) == ("asked", "/articles/sleep/")
    assert asked.wording == str(CONSENT_WORDING)
    assert (confirmed.kind, left.kind) == ("confirmed", "left")


@pytest.mark.django_db
def test_evidence_is_not_changed():
    reader = factories.subscriber()
    reader.choose(frequency="weekly", topics=[], paused_until=None)

    with pytest.raises(IntegrityError, match="evidence of consent"), transaction.atomic():
        ConsentEvent.objects.update(wording="other")


@pytest.mark.django_db
def test_evidence_goes_only_with_its_subscriber():
    reader = factories.subscriber()
    reader.choose(frequency="weekly", topics=[], paused_until=None)

    with pytest.raises(IntegrityError, match="goes only with"), transaction.atomic():
        ConsentEvent.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    reader.delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert not ConsentEvent.objects.exists()


def test_known_and_unknown_addresses_get_the_same_answer(ask, mailoutbox):
    factories.subscriber(email="reader@example.org")

    known, unknown = ask("reader@example.org"), ask("nobody@example.org")

    assert known.status_code == unknown.status_code == 303
    assert known.url == unknown.url
    assert [mail.to for mail in mailoutbox] == [["reader@example.org"]]


def test_mail_leads_to_choices_and_data(ask, client, mailoutbox, link_in):
    factories.subscriber(email="reader@example.org")
    ask("reader@example.org")

    [mail] = mailoutbox

    assert client.get(link_in(mail, "preferences")).status_code == 200
    assert client.get(link_in(mail, "yours")).status_code == 200
    assert not Subscriber.objects.due_for_mail().exists()


def test_address_that_complained_gets_no_mail(ask, mailoutbox):
    factories.subscriber("complained", email="reader@example.org")

    ask("reader@example.org")

    assert mailoutbox == []


@pytest.mark.django_db
def test_file_holds_consent_and_mails(client):
    reader = factories.subscriber(email="reader@example.org")
    reader.choose(frequency="weekly", topics=[factories.topic(name="Sleep")], paused_until=None)
    reader.choose(frequency="every", topics=[], paused_until=None)
    factories.started_issue(subject="The week")

    answer = client.get(f"{data_path(reader)}data.json")
    data = json.loads(answer.content)

    assert "attachment" in answer.headers["Content-Disposition"]
    assert data["address"] == "reader@example.org"
    assert len(data["consent"]) == 2
    assert data["issues"][0]["issue__subject"] == "The week"


@pytest.mark.django_db
def test_erasure_needs_the_tick_and_leaves_numbers_and_suppression(client):
    reader = factories.subscriber(email="reader@example.org")
    reader.choose(frequency="weekly", topics=[], paused_until=None)
    reader.choose(frequency="every", topics=[], paused_until=None)
    factories.started_issue()
    reader.suppress("asked")
    path = data_path(reader)

    assert client.post(path, {}).status_code == 422
    assert Subscriber.objects.exists()
    assert client.post(path, {"sure": "on"}).status_code == 200

    assert not Subscriber.objects.exists()
    assert Delivery.objects.get().subscriber is None
    assert Suppression.objects.of(["reader@example.org"]).exists()
    assert client.get(path).status_code == 410


@pytest.mark.django_db
def test_link_to_data_ends_after_a_day_and_is_no_link_of_issues(client):
    reader = factories.subscriber()
    path = data_path(reader)
    token = urlsplit(links.preferences_url(reader)).path.split("/")[-2]

    assert client.get(f"{ASK}{token}/").status_code == 404
    with after(days=2):
        assert client.get(path).status_code == 410


def test_one_click_of_the_first_mail_ends_the_request(sign_up, mailoutbox, client):
    sign_up("reader@example.org")
    header = mailoutbox[-1].message()["List-Unsubscribe"]
    path = re.search(r"http://testserver(/\S+)>", header)[1]

    assert client.post(path).status_code == 200

    assert Subscriber.objects.get().status == "unsubscribed"
