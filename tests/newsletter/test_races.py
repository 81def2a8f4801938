"""Many at once, on connections of their own."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from config.web.mail.owed_mail import LEASE
from newsletter import links
from newsletter.models import Subscriber
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work, times):
    """Results of `work()` called from several threads at the same time."""

    def one(_):
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


@pytest.mark.long
def test_twenty_parallel_confirmations_are_one_change(mailoutbox):
    pending = factories.subscriber("pending")
    link = links.confirm_url(pending)

    answers = at_once(lambda: Client().post(link).text, 20)

    assert sum("already" not in answer for answer in answers) == 1
    assert len(mailoutbox) == 1
    assert Subscriber.objects.get().is_confirmed


def test_parallel_signups_of_one_address_are_one_row_and_one_mail(box, mailoutbox):
    data = box("reader@example.org")

    answers = at_once(lambda: Client().post("/newsletter/", data).status_code, 10)

    assert set(answers) == {303}
    assert Subscriber.objects.count() == 1
    assert len(mailoutbox) == 1


def test_one_worker_of_many_gets_the_mail_to_send():
    pending = factories.subscriber("pending", mail_due_at=timezone.now())

    claims = at_once(lambda: Subscriber.objects.claim_mail(pending.pk, lease=LEASE), 8)

    assert sum(claim is not None for claim in claims) == 1
