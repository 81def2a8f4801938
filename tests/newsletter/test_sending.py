"""A mail that is owed goes out, once, whatever happens to servers and workers."""

import smtplib
from datetime import timedelta

import pytest
from django.utils import timezone

from config.web.mail import messages as mail
from config.web.mail.owed_mail import LEASE, MAIL_TRIES
from newsletter import tasks
from newsletter.models import Subscriber
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def pending(clock):
    return factories.subscriber("pending", mail_due_at=timezone.now())


def test_owed_mail_is_sent_once(pending, mailoutbox):
    tasks.send_confirmation.call(pending.pk)
    tasks.send_confirmation.call(pending.pk)
    tasks.send_due_confirmations.call()

    pending.refresh_from_db()
    assert len(mailoutbox) == 1
    assert pending.mail_due_at is None


def test_sweep_sends_what_a_lost_task_left(pending, mailoutbox):
    tasks.send_due_confirmations.call()

    assert len(mailoutbox) == 1


def test_mail_that_somebody_else_is_sending_is_left_to_them(pending, mailoutbox):
    Subscriber.objects.claim_mail(pending.pk, lease=LEASE)

    tasks.send_due_confirmations.call()

    assert not mailoutbox


def test_mail_of_a_killed_worker_goes_out_after_its_lease(pending, mailoutbox, clock):
    Subscriber.objects.claim_mail(pending.pk, lease=LEASE)
    clock.shift(LEASE)

    tasks.send_due_confirmations.call()

    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPDataError(451, b"later"),
        smtplib.SMTPRecipientsRefused({}),
        ValueError("a fault of ours"),
    ],
)
def test_failed_mail_stays_due_and_a_later_sweep_delivers_it(
    pending, mailoutbox, clock, failing_mail, error
):
    failing_mail(error)
    tasks.send_confirmation.call(pending.pk)
    pending.refresh_from_db()
    assert pending.mail_due_at == timezone.now() + timedelta(minutes=1)

    failing_mail(None)
    clock.shift(minutes=1)
    tasks.send_due_confirmations.call()

    assert len(mailoutbox) == 1


def test_pauses_grow_and_tries_end(pending, clock, failing_mail):
    failing_mail(ConnectionRefusedError())
    pauses = []

    for _ in range(20):
        tasks.send_due_confirmations.call()
        pending.refresh_from_db()
        pauses.append((pending.mail_due_at - timezone.now()).total_seconds() // 60)
        clock.move_to(max(pending.mail_due_at, timezone.now()))

    assert pauses[:7] == [1, 5, 30, 120, 360, 720, 1440]
    assert pending.mail_attempts == MAIL_TRIES
    assert pending.mail_given_up


def test_new_request_starts_the_tries_anew(pending, clock, failing_mail, sign_up, mailoutbox):
    Subscriber.objects.filter(pk=pending.pk).update(mail_attempts=MAIL_TRIES)

    sign_up(pending.email)

    assert len(mailoutbox) == 1


def test_one_refused_address_does_not_hold_up_the_others(pending, mailoutbox, monkeypatch, clock):
    other = factories.subscriber("pending", mail_due_at=pending.mail_due_at + timedelta(seconds=1))
    send = mail.send

    def refuse_one(template, *, to, **kwargs):
        if to == pending.email:
            raise smtplib.SMTPRecipientsRefused({to: (550, b"nobody here")})
        send(template, to=to, **kwargs)

    monkeypatch.setattr(mail, "send", refuse_one)
    clock.shift(minutes=1)
    tasks.send_due_confirmations.call()

    assert [message.to for message in mailoutbox] == [[other.email]]


def test_sweep_does_not_wait_for_an_absent_server_once_per_address(pending, failing_mail, clock):
    other = factories.subscriber("pending", mail_due_at=pending.mail_due_at)
    failing_mail(TimeoutError())

    tasks.send_due_confirmations.call()

    tried = Subscriber.objects.filter(mail_attempts=1)
    assert tried.count() == 1
    assert Subscriber.objects.filter(pk__in=[pending.pk, other.pk]).due_for_mail().count() == 1


def test_erased_subscriber_is_owed_nothing(pending, mailoutbox):
    pending.delete()

    tasks.send_confirmation.call(pending.pk)

    assert not mailoutbox


def test_who_left_before_the_mail_went_gets_none(pending, mailoutbox):
    pending.unsubscribe()

    tasks.send_due_confirmations.call()

    assert not mailoutbox


def test_confirming_during_the_sending_still_brings_the_welcome(pending, monkeypatch, mailoutbox):
    send = mail.send

    def confirm_meanwhile(*args, **kwargs):
        send(*args, **kwargs)
        pending.confirm()

    monkeypatch.setattr(mail, "send", confirm_meanwhile)
    tasks.send_confirmation.call(pending.pk)
    monkeypatch.setattr(mail, "send", send)
    tasks.send_due_confirmations.call()

    assert ["Confirm" in message.subject for message in mailoutbox] == [True, False]
