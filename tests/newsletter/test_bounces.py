"""Reports of mail servers: which are believed, and what each kind ends."""

import pytest
from django.test import Client
from django.utils import timezone

from newsletter import links
from newsletter.bounces.reading import take_in
from newsletter.models import Delivery, Issue, MailEvent, Suppression
from newsletter.sending.verdicts import kind_of
from newsletter.tasks import send_editors_mail
from tests import factories

pytestmark = pytest.mark.django_db

BOUNCE = """\
From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <{name}@mx.example>
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

I am sorry.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; reader@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {answer}
--x--
"""
COMPLAINT = """\
From: fbl@receiver.example
To: abuse@magazine.example
Subject: complaint
Message-ID: <{name}@receiver.example>
Content-Type: multipart/report; report-type=feedback-report; boundary="x"

--x
Content-Type: text/plain

Somebody pressed the button.
--x
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Receiver/1.0
Version: 1

--x
Content-Type: message/rfc822

From: noreply@testserver
Message-ID: {message_id}
Subject: An issue

text
--x--
"""


@pytest.fixture
def row():
    """A delivery that was handed over."""
    factories.subscriber(email="reader@example.org")
    factories.started_issue()
    return sent()


def sent():
    now = timezone.now()
    Delivery.objects.update(status="sent", begun_at=now, answered_at=now)
    return Delivery.objects.select_related("issue", "subscriber").latest("pk")


def bounce(row, status="5.1.1", *, name="a", answer="550 no", action="failed", token=""):
    to = f"b.{token or row.token}@bounces.example"
    return BOUNCE.format(to=to, name=name, action=action, status=status, answer=answer).encode()


def complaint(row, *, kind="abuse", token=""):
    message_id = f"<n.{token or row.token}@testserver>"
    return COMPLAINT.format(name="c", kind=kind, message_id=message_id).encode()


def reader(row):
    row.subscriber.refresh_from_db()
    return row.subscriber


def test_dead_address_ends_its_subscription(row):
    assert take_in(bounce(row))

    assert reader(row).status == "bounced"
    assert Suppression.objects.get().reason == "bounced"


def test_report_that_comes_again_counts_once(row):
    assert take_in(bounce(row))
    assert not take_in(bounce(row))

    assert MailEvent.objects.count() == 1


@pytest.mark.parametrize("status", ["4.4.7", "5.2.2", "4.2.2"])
def test_full_mailbox_ends_it_after_three_issues_in_a_row(row, status):
    for number in range(3):
        assert reader(row).is_confirmed
        if number:
            factories.started_issue()
            row = sent()
        take_in(bounce(row, status, name=f"a{number}"))
        take_in(bounce(row, status, name=f"b{number}"))  # two reports of one mail

    assert reader(row).status == "bounced"


def test_mail_that_arrived_in_between_begins_the_count_anew(row):
    for number in range(5):
        if number:
            factories.started_issue()
            row = sent()
        if number != 2:
            take_in(bounce(row, "5.2.2", name=f"a{number}"))

    assert reader(row).is_confirmed


def test_refusal_by_a_rule_keeps_the_reader_and_alarms_editors(row, mailoutbox, editor):
    take_in(bounce(row, "5.7.26", answer="550 5.7.26 unauthenticated"))
    take_in(bounce(row, "5.7.26", answer="550 5.7.26 unauthenticated", name="b"))
    send_editors_mail.call()

    assert reader(row).is_confirmed
    assert "unauthenticated" in Issue.objects.get().note
    assert [mail.to for mail in mailoutbox] == [[editor.email]]


def test_status_in_the_words_of_the_other_server_is_read(row):
    take_in(bounce(row, "5.0.0", answer="550 5.1.1 user unknown"))

    assert reader(row).status == "bounced"


def test_complaint_ends_it_for_ever(row, mailoutbox):
    assert take_in(complaint(row))

    assert reader(row).status == "complained"
    assert Suppression.objects.get().reason == "complained"


@pytest.mark.parametrize(
    "make",
    [
        lambda row: bounce(row, token=f"{row.pk}.{'0' * 20}"),
        lambda row: complaint(row, token=f"{row.pk}.{'0' * 20}"),
        lambda row: bounce(row, action="delayed"),
        lambda row: bounce(row, action="delivered"),
        lambda row: complaint(row, kind="not-spam"),
        lambda row: (
            f"To: b.{row.token}@bounces.example\nSubject: I am away\n\nBack on Monday".encode()
        ),
        lambda row: b"",
        lambda row: b"\xff\x00" * 50,
    ],
)
def test_what_is_forged_or_no_failure_changes_nothing(row, make):
    assert not take_in(make(row))

    assert reader(row).is_confirmed
    assert not MailEvent.objects.exists()


def test_kinds_follow_the_status_codes():
    codes = ("5.1.1", "5.1.10", "5.7.1", "4.7.0", "5.2.2", "5.2.1", "")

    assert [kind_of(code) for code in codes] == [
        "hard",
        "hard",
        "policy",
        "soft",
        "soft",
        "soft",
        "soft",
    ]


def test_mail_server_posts_reports_to_a_signed_address(row):
    address = links.report_url().removeprefix("http://testserver")
    post = Client().post

    answers = [
        post(where, bounce(row), content_type="message/rfc822").status_code
        for where in ("/newsletter/reports/forged/", address, address)
    ]

    assert answers == [404, 200, 200]
    assert Client().get(address).status_code == 405
    assert MailEvent.objects.count() == 1


@pytest.mark.parametrize(
    "inside",
    [
        b"Content-Type: message/rfc822\r\n\r\n",
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n',
    ],
)
def test_mail_that_nests_too_deeply_is_no_report_and_stops_nothing(row, inside):
    assert take_in(inside * 20_000) is False
