import re

import pytest
from django.test import Client
from django.utils import timezone

from newsletter import links
from tests import factories
from tests.clock import after

pytestmark = pytest.mark.django_db


def path(url):
    return url.removeprefix("http://testserver")


@pytest.fixture
def subscriber():
    return factories.subscriber("confirmed")


@pytest.fixture
def link(subscriber):
    return path(links.unsubscribe_url(subscriber))


@pytest.fixture
def one_click(subscriber):
    return path(links.one_click_url(subscriber))


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_a_link_changes_nothing(client, subscriber, link, one_click, method):
    for address in (link, one_click):
        assert getattr(client, method)(address).status_code == 200

    subscriber.refresh_from_db()
    assert subscriber.is_confirmed


def test_pressing_the_button_unsubscribes(client, subscriber, link):
    response = client.post(link)

    subscriber.refresh_from_db()
    assert response.status_code == 200
    assert subscriber.status == "unsubscribed"
    assert subscriber.unsubscribed_at is not None


def test_pressing_again_is_harmless_and_says_so(client, subscriber, link):
    client.post(link)
    subscriber.refresh_from_db()
    left_at = subscriber.unsubscribed_at

    response = client.post(link)

    subscriber.refresh_from_db()
    assert response.status_code == 200
    assert "already" in response.text
    assert subscriber.unsubscribed_at == left_at


def test_link_never_expires(client, subscriber, link):
    with after(days=3650):
        client.post(link)

    subscriber.refresh_from_db()
    assert subscriber.status == "unsubscribed"


def test_link_of_an_erased_subscriber_is_answered_kindly(client, subscriber, link, one_click):
    subscriber.delete()

    assert client.get(link).status_code == 200
    assert client.post(link).status_code == 200
    assert client.post(one_click).status_code == 200


def test_confirmation_link_does_not_unsubscribe(client, subscriber):
    token = links.confirm_url(subscriber).rstrip("/").rpartition("/")[2]

    for kind in ("unsubscribe", "one-click"):
        assert client.post(f"/newsletter/{kind}/{token}/").status_code == 404

    subscriber.refresh_from_db()
    assert subscriber.is_confirmed


def test_pending_subscriber_can_leave_too(client):
    pending = factories.subscriber("pending", mail_due_at=timezone.now())

    client.post(path(links.unsubscribe_url(pending)))

    pending.refresh_from_db()
    assert (pending.status, pending.mail_due_at) == ("unsubscribed", None)


def test_complaint_is_not_turned_into_a_mere_unsubscription(client):
    complained = factories.subscriber("complained")

    client.post(path(links.unsubscribe_url(complained)))

    complained.refresh_from_db()
    assert complained.status == "complained"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (
            '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
        ("", "text/plain"),
    ],
)
def test_one_click_answers_200_every_time(subscriber, one_click, body, content_type):
    client = Client(enforce_csrf_checks=True, headers={"sec-fetch-site": "cross-site"})

    answers = [client.post(one_click, body, content_type=content_type) for _ in range(3)]

    subscriber.refresh_from_db()
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert not any(answer.cookies for answer in answers)
    assert subscriber.status == "unsubscribed"


def test_one_click_page_has_a_button_that_works(client, subscriber, one_click):
    page = client.get(one_click).text

    client.post(re.search(r'action="http://testserver(/newsletter/unsubscribe/\S+)"', page)[1])
    subscriber.refresh_from_db()
    assert subscriber.status == "unsubscribed"


def test_unsubscribed_reader_can_come_back(subscriber, sign_up, act, mailoutbox, link_in):
    subscriber.unsubscribe()

    sign_up(subscriber.email)
    act(link_in(mailoutbox[-1], "confirm"))

    subscriber.refresh_from_db()
    assert subscriber.is_confirmed
