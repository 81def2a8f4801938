from datetime import timedelta

import pytest
from django.test import Client

from config.web.requests.throttle import Limit
from newsletter import views
from newsletter.models import Subscriber
from newsletter.tasks import send_due_confirmations
from tests import factories

pytestmark = pytest.mark.day("2026-11-21T12:00")


def test_second_request_within_an_hour_sends_no_second_mail(sign_up, mailoutbox, clock):
    sign_up("reader@example.org")
    clock.shift(minutes=59, seconds=59)
    response = sign_up("READER@example.org")

    assert response.status_code == 303
    assert len(mailoutbox) == 1


def test_request_after_an_hour_sends_another_mail(sign_up, mailoutbox, clock):
    sign_up("reader@example.org")
    clock.shift(hours=1)
    sign_up("reader@example.org")

    assert len(mailoutbox) == 2


def test_an_address_gets_three_mails_in_any_24_hours(sign_up, mailoutbox, clock):
    for _ in range(23):  # noon to ten, over midnight
        sign_up("reader@example.org")
        clock.shift(hours=1)

    assert len(mailoutbox) == 3


def test_address_may_ask_again_a_day_after_its_first_mail(sign_up, mailoutbox, clock):
    for _ in range(3):
        sign_up("reader@example.org")
        clock.shift(hours=1)

    clock.shift(hours=21)
    sign_up("reader@example.org")

    assert len(mailoutbox) == 4


@pytest.mark.parametrize("state", ["confirmed", "unsubscribed", "bounced"])
def test_limits_hold_for_addresses_in_every_state(sign_up, mailoutbox, state):
    factories.subscriber(state, email="reader@example.org")

    for _ in range(3):
        sign_up("reader@example.org")

    assert len(mailoutbox) == 1


def test_refused_request_leaves_the_link_sent_before_good(sign_up, act, confirm_link):
    sign_up("reader@example.org")

    act(confirm_link)

    assert Subscriber.objects.get().is_confirmed


def test_other_addresses_are_not_held_up(sign_up, mailoutbox):
    sign_up("one@example.org")
    sign_up("two@example.org")

    assert len(mailoutbox) == 2


def test_network_beyond_its_limit_is_told_when_to_come_back(sign_up):
    for number in range(views.NETWORK_LIMIT.times):
        assert sign_up(f"reader{number}@example.org").status_code == 303

    response = sign_up("late@example.org")

    assert response.status_code == 429
    assert response.headers["Retry-After"] == "600"
    assert 'value="late@example.org"' in response.text
    assert not Subscriber.objects.with_address("late@example.org").exists()


def test_another_network_is_not_held_up(sign_up):
    for number in range(views.NETWORK_LIMIT.times + 1):
        sign_up(f"reader{number}@example.org")

    elsewhere = sign_up("far@example.org", client=Client(REMOTE_ADDR="203.0.113.9"))

    assert elsewhere.status_code == 303


def test_answers_beyond_the_sites_limit_are_sent_later(sign_up, mailoutbox, monkeypatch, clock):
    limit = Limit("signup-site", 1, timedelta(hours=1))
    monkeypatch.setattr("newsletter.models.subscriber.ANSWERS_AN_HOUR", limit)
    sign_up("one@example.org", client=Client(REMOTE_ADDR="203.0.113.9"))
    response = sign_up("two@example.org", client=Client(REMOTE_ADDR="198.51.100.9"))
    send_due_confirmations.call()
    at_once = len(mailoutbox)
    clock.shift(timedelta(hours=1))
    send_due_confirmations.call()

    assert response.status_code == 303
    assert (at_once, len(mailoutbox)) == (1, 2)


def test_mistyped_addresses_do_not_count(sign_up):
    for _ in range(views.NETWORK_LIMIT.times + 1):
        sign_up("reader@example")

    assert sign_up("reader@example.org").status_code == 303


@pytest.mark.parametrize(
    "address", ["reader+{}@example.org", "READER+{}@Example.org", "r.eader+{}@gmail.com"]
)
def test_tags_of_one_mailbox_share_its_limits(sign_up, mailoutbox, clock, address):
    for hour in range(8):
        for tag in range(3):
            assert sign_up(address.format(f"{hour}-{tag}")).status_code == 303
        clock.shift(hours=1)

    assert Subscriber.objects.count() == 24
    assert len(mailoutbox) == 3


def test_refused_tag_can_ask_again_later(sign_up, mailoutbox, clock):
    sign_up("reader@example.org")
    sign_up("reader+news@example.org")
    clock.shift(hours=1)
    sign_up("reader+news@example.org")

    assert [mail.to for mail in mailoutbox] == [["reader@example.org"], ["reader+news@example.org"]]
