"""A suppressed address gets no mail, also when everything else of it is erased."""

import pytest

from newsletter.models import Subscriber, Suppression
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("reason", ["complained", "asked"])
def test_suppression_outlives_erasure(sign_up, mailoutbox, reason):
    person = factories.subscriber(email="reader@bücher.example")
    person.suppress(reason)
    person.delete()

    sign_up("READER@xn--bcher-kva.example")

    assert not mailoutbox
    assert "reader" not in str(Suppression.objects.values().get())


def test_address_that_bounced_is_asked_again_and_comes_back(sign_up, act, mailoutbox, link_in):
    person = factories.subscriber(email="reader@example.org")
    person.bounce()
    assert Suppression.objects.exists()

    sign_up("reader@example.org")
    act(link_in(mailoutbox[0], "confirm"))

    assert Subscriber.objects.get().is_confirmed
    assert not Suppression.objects.exists()


def test_complaint_stays_when_the_address_bounces_too():
    Suppression.objects.add_address("reader@example.org", reason="bounced")
    Suppression.objects.add_address("reader@example.org", reason="complained")
    Suppression.objects.add_address("reader@example.org", reason="bounced")

    assert Suppression.objects.get().reason == "complained"


@pytest.mark.parametrize(
    ("how", "status"), [("complained", "complained"), ("asked", "unsubscribed")]
)
def test_suppressing_ends_the_subscription(how, status):
    person = factories.subscriber(email="reader@example.org")

    assert person.suppress(how)

    assert (person.status, person.mail_due_at) == (status, None)
    assert Suppression.objects.get().reason == how
    assert person.consent_events.filter(kind="left", detail=how).count() == 1


def test_complaint_stays_one_whatever_is_asked_later():
    person = factories.subscriber(email="reader@example.org")
    person.suppress("complained")

    assert not person.suppress("asked")

    assert person.status == "complained"


def test_who_left_is_not_marked_as_bounced():
    person = factories.subscriber("unsubscribed")

    assert not person.bounce()
    assert Subscriber.objects.get().status == "unsubscribed"
    assert not Suppression.objects.exists()
