"""An issue keeps to the limits of a day and of a receiving domain, and everybody gets it in the end."""

import pytest
from django.utils import timezone

from newsletter.models import Issue
from newsletter.sending.desk import Desk
from tests import factories
from tests.newsletter.issues import statuses, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def without_waiting(clock, monkeypatch):
    """Connections end where they would wait for room; time stands still, so that no period ends."""
    monkeypatch.setattr(Desk, "wait", lambda desk, seconds: False)


def work_after(clock, **time):
    clock.shift(**time)
    Issue.objects.update(active_at=timezone.now())  # a worker that lives says so meanwhile
    work()


def test_warm_up_is_a_number_of_mails_a_day(sink, settings, clock):
    settings.NEWSLETTER_PER_DAY = 3
    server = sink()
    for _number in range(5):
        factories.subscriber()
    factories.started_issue()

    work()
    assert statuses() == {"sent": 3, "waiting": 2}
    work_after(clock, hours=25)

    assert len(set(server.ids)) == 5
    assert statuses() == {"sent": 5}


def test_receiving_domain_that_is_full_delays_no_other(sink, settings, clock):
    settings.NEWSLETTER_PER_DOMAIN_HOUR = 1
    server = sink()
    for address in ("a@one.example", "b@one.example", "c@two.example"):
        factories.subscriber(email=address)
    factories.started_issue()

    work()
    got = {recipient for _sender, recipient in server.envelopes}
    assert got == {"RCPT TO:<a@one.example>", "RCPT TO:<c@two.example>"}
    work_after(clock, hours=1)

    assert statuses() == {"sent": 3}


def test_mails_that_wait_for_their_domain_use_up_no_room_of_the_day(sink, settings, clock):
    settings.NEWSLETTER_PER_DOMAIN_HOUR, settings.NEWSLETTER_PER_DAY = 1, 4
    settings.NEWSLETTER_CONNECTIONS = 1
    server = sink()
    for number in range(3):
        factories.subscriber(email=f"r{number}@one.example")
    for number in range(3):
        factories.subscriber(email=f"r{number}@other{number}.example")
    factories.started_issue()

    work()

    assert server.count == 4
    assert statuses() == {"sent": 4, "waiting": 2}
