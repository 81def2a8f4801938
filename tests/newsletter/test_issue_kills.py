"""Workers that are killed lose no mail, and leave at most one in doubt on each connection."""

import os
import subprocess
import sys
from collections import Counter
from urllib.parse import quote

import pytest
from django.conf import settings as project
from django.db import connection

from newsletter.models import Delivery, Issue, Subscriber
from tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.real_clock]

PEOPLE, KILLS, CONNECTIONS = 120, 3, 2


@pytest.fixture
def run_killed(sink, settings, monkeypatch):
    """Send a started issue by senders that are killed, and give what became of it."""

    def run(policy):
        monkeypatch.setattr("newsletter.models.issue.FILL_BATCH", 20)
        server = sink()
        rows = [factories.subscriber() for _number in range(2)]
        more = [
            Subscriber(email=f"more{number}@example.org", status="confirmed", requested_at=rows[0].requested_at,
                       confirmed_at=rows[0].confirmed_at, consent_wording="x")
            for number in range(PEOPLE - 2)
        ]  # fmt: skip
        Subscriber.objects.bulk_create(more)
        factories.started_issue()
        at = connection.settings_dict
        url = f"postgresql://{quote(at['USER'])}@{quote(at['HOST'], safe='')}:{at['PORT'] or 5432}/{at['NAME']}"
        environment = os.environ | {
            "DATABASE_URL": url, "MAIL_URL": f"smtp+plain://127.0.0.1:{server.port}",
            "DJANGO_SETTINGS_MODULE": "config.settings", "NEWSLETTER_IN_DOUBT": policy,
            "NEWSLETTER_CONNECTIONS": str(CONNECTIONS),
        }  # fmt: skip
        command = [sys.executable, "-m", "tests.newsletter.killed_senders", str(KILLS)]
        subprocess.run(command, cwd=project.BASE_DIR, env=environment, check=True, timeout=300)
        return server

    return run


def test_killed_senders_lose_nothing_and_repeat_little(run_killed):
    server = run_killed("resend")

    copies = Counter(recipient for _sender, recipient in server.envelopes)
    assert len(copies) == PEOPLE
    assert copies.total() - PEOPLE <= KILLS * CONNECTIONS
    # A second copy has the Message-ID of the first, so that receivers can drop it.
    assert len(set(zip(server.envelopes, server.ids, strict=True))) == PEOPLE
    assert Issue.objects.get().counts["sent"] == PEOPLE


def test_killed_senders_that_hold_send_nothing_twice(run_killed):
    server = run_killed("hold")

    copies = Counter(recipient for _sender, recipient in server.envelopes)
    held = Delivery.objects.filter(status="in_doubt").count()
    assert set(copies.values()) == {1}
    assert held <= KILLS * CONNECTIONS
    assert len(copies) >= PEOPLE - held
    assert Issue.objects.get().status == "sent"
