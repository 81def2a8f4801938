"""Requests that nobody confirmed are erased after a set time; all evidence of a consent stays."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from newsletter import privacy
from newsletter.models import ConsentEvent, Subscriber
from newsletter.tasks import prune_requests
from tests import factories
from tests.clock import after
from tests.newsletter.test_races import at_once
from tests.waiting import somebody_waits, wait_until

pytestmark = pytest.mark.django_db
DAYS = timedelta(days=30)


def test_request_is_erased_after_its_days(sign_up):
    sign_up("ann@example.org")

    with after(DAYS - timedelta(minutes=1)):
        prune_requests.call()
        assert Subscriber.objects.exists()
    with after(DAYS + timedelta(minutes=1)):
        prune_requests.call()
    assert not Subscriber.objects.exists()
    assert not ConsentEvent.objects.exists()


def test_days_are_a_setting(settings, sign_up):
    settings.NEWSLETTER_UNCONFIRMED_DAYS = 10
    sign_up("ann@example.org")

    with after(days=11):
        prune_requests.call()

    assert not Subscriber.objects.exists()


def test_later_request_keeps_the_row(sign_up):
    sign_up("ann@example.org")

    with after(days=20):
        sign_up("ann@example.org")
    with after(days=31):
        prune_requests.call()

    assert Subscriber.objects.get().consent_events.count() == 2


def test_evidence_of_a_consent_stays():
    old = timezone.now() - timedelta(days=900)
    for status in ("confirmed", "unsubscribed", "bounced", "complained"):
        factories.subscriber(status, requested_at=old, confirmed_at=old)
    asked_again = factories.subscriber("pending", requested_at=old, confirmed_at=old)

    prune_requests.call()

    assert Subscriber.objects.count() == 5
    assert Subscriber.objects.get(pk=asked_again.pk).status == "pending"


def test_ended_request_is_erased_but_not_a_forbidden_address(monkeypatch):
    monkeypatch.setattr(privacy, "_PRUNED_AT_ONCE", 1)
    old = timezone.now() - timedelta(days=40)
    forbidden, _waiting, ended = (
        factories.subscriber("pending", requested_at=old) for _number in range(3)
    )
    forbidden.suppress("asked")
    ended.unsubscribe()

    prune_requests.call()

    assert Subscriber.objects.get() == forbidden


@pytest.mark.django_db(transaction=True)
def test_who_confirms_at_the_same_moment_stays():
    old = timezone.now() - timedelta(days=40)
    rows = [factories.subscriber("pending", requested_at=old) for _number in range(6)]
    turns = iter(rows)

    def confirm_or_prune():
        row = next(turns)
        if row.pk % 2:
            prune_requests.call()
            return None
        with suppress(Subscriber.DoesNotExist):  # pruned
            return row.pk if row.confirm() else None

    confirmed = {pk for pk in at_once(confirm_or_prune, 6) if pk}

    assert set(Subscriber.objects.values_list("pk", flat=True)) == confirmed


@pytest.mark.django_db(transaction=True)
def test_who_asks_again_while_the_former_request_is_erased_has_asked():
    factories.subscriber("pending", email="ann@example.org")

    def ask():
        try:
            Subscriber.objects.request("ann@example.org", wording="Asked again", page="/")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            former = Subscriber.objects.select_for_update().get()
            asking = pool.submit(ask)
            wait_until(somebody_waits)
            former.delete()
        asking.result()

    assert Subscriber.objects.get().consent_wording == "Asked again"
