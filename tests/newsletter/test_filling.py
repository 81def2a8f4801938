"""The deliveries of an issue are made in batches: each subscriber of the start gets one, whatever happens meanwhile."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from newsletter.models import Delivery, Issue, Subscriber
from newsletter.models import issue as issues
from tests import factories
from tests.newsletter.issues import statuses, work
from tests.newsletter.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(issues, "FILL_BATCH", 4)


@pytest.fixture
def people(db):
    return [factories.subscriber() for _number in range(10)]


def receivers():
    return Counter(Delivery.objects.values_list("subscriber", flat=True))


def keys(people):
    return Counter(person.pk for person in people)


def fill(issue):
    while issue.fill():
        pass


def test_start_makes_the_first_deliveries_and_workers_the_others(sink, people):
    server = sink()
    issue = factories.started_issue()
    assert receivers() == keys(people[:4])
    assert not issue.is_filled

    work()

    assert receivers() == keys(people)
    assert server.count == 10
    assert statuses() == {"sent": 10}
    assert Issue.objects.get().status == "sent"


def test_issue_is_not_finished_before_it_is_filled(people):
    issue = factories.started_issue()
    Delivery.objects.update(status="left")

    assert not Issue.objects.get().finish()
    fill(issue)
    Delivery.objects.update(status="left")
    assert Issue.objects.get().finish()


def test_who_joins_or_leaves_during_the_filling_gets_nothing(people):
    pending = factories.subscriber("pending", email="zoe@example.org")
    issue = factories.started_issue()
    people[8].unsubscribe()
    people[9].unsubscribe()
    Subscriber.objects.filter(pk=people[9].pk).update(status="pending")
    for late in (pending, Subscriber.objects.get(pk=people[9].pk)):
        assert late.confirm()
    # One who is new, with a time of before, as an import may bring.
    factories.subscriber(confirmed_at=timezone.now() - timedelta(days=30))

    fill(issue)

    assert receivers() == keys(people[:8])


def test_killed_filler_is_followed_by_the_next(sink, people, monkeypatch):
    sink()
    issue = factories.started_issue()
    with pytest.raises(RuntimeError), transaction.atomic():
        issue.fill()
        raise RuntimeError("killed before the commit")
    assert receivers() == keys(people[:4])

    work()

    assert receivers() == keys(people)
    assert Issue.objects.get().status == "sent"


def test_workers_who_fill_at_once_make_each_delivery_once(people):
    factories.started_issue()

    def fill_one():
        fill(Issue.objects.get())

    at_once(fill_one, 6)
    fill_one()

    assert receivers() == keys(people)


def test_worker_passes_by_what_another_one_fills(people):
    issue = factories.started_issue()
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT FROM newsletter_issue FOR NO KEY UPDATE")
        assert not issue.fill()
    finally:
        other.rollback()
        other.close()

    assert issue.fill()


@pytest.mark.parametrize("verb", ["pause", "cancel"])
def test_paused_or_cancelled_issue_is_not_filled(people, verb):
    issue = factories.started_issue()
    getattr(issue, verb)(by=None)

    assert not issue.fill()
    assert receivers() == keys(people[:4])


def test_resumed_issue_is_filled_to_its_end(sink, people):
    server = sink()
    issue = factories.started_issue()
    issue.pause(by=None)
    work()
    assert server.count == 0

    issue.resume(by=None)
    work()

    assert receivers() == keys(people)
    assert len(set(server.ids)) == 10


def test_page_says_how_far_the_filling_is(client_of, editor, people):
    issue = factories.started_issue()
    address = f"/admin/newsletter/issue/{issue.pk}/change/"
    client = client_of(editor)
    assert "is still being made" in client.get(address).text

    fill(issue)

    assert "is still being made" not in client.get(address).text
