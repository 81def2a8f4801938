"""Evidence of consent is only added to."""

import re

import pytest
from django.db import IntegrityError, connection, transaction

from newsletter.forms import CONSENT_WORDING
from newsletter.models import ConsentEvent, Subscriber
from tests import factories


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


def test_one_click_of_the_first_mail_ends_the_request(sign_up, mailoutbox, client):
    sign_up("reader@example.org")
    header = mailoutbox[-1].message()["List-Unsubscribe"]
    path = re.search(r"http://testserver(/\S+)>", header)[1]

    assert client.post(path).status_code == 200

    assert Subscriber.objects.get().status == "unsubscribed"
