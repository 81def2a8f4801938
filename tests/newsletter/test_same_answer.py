"""A stranger who types in an address learns nothing of it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsletter.models import Subscriber
from tests import factories

STATES = ["new", "pending", "confirmed", "unsubscribed", "bounced", "complained", "asked just now"]


def prepare(state):
    if state == "asked just now":
        now = timezone.now()
        factories.subscriber("pending", email="reader@example.org", answered_at=[now])
    elif state != "new":
        factories.subscriber(state, email="reader@example.org")


def answer(box):
    """Status, place, body and statements of the whole answer, the queueing of the task included."""
    client = Client()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.post("/newsletter/", box("reader@example.org"))
    kinds = [query["sql"].split()[0] for query in queries]
    return response.status_code, response.headers["Location"], response.content, kinds


@pytest.mark.parametrize("state", STATES)
@pytest.mark.django_db
def test_answer_and_its_work_are_the_same_for_every_state(box, state):
    usual = answer(box)
    Subscriber.objects.all().delete()
    prepare(state)

    assert answer(box) == usual


@pytest.mark.parametrize("state", STATES)
@pytest.mark.django_db
def test_task_is_queued_for_every_state(box, django_capture_on_commit_callbacks, state):
    prepare(state)

    with django_capture_on_commit_callbacks() as callbacks:
        Client().post("/newsletter/", box("reader@example.org"))

    assert len(callbacks) == 1
