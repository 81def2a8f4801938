"""What the mail server's answers mean for a mail, for its reader and for the issue."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.bounces.recording import record
from newsletter.models import Delivery, Issue, MailEvent, Subscriber, Suppression
from newsletter.sending.desk import Desk
from newsletter.sending.smtp import Answer
from newsletter.sending.verdicts import TRIES, judge
from newsletter.tasks import send_editors_mail
from tests import factories
from tests.newsletter.issues import statuses, work

pytestmark = pytest.mark.django_db(transaction=True)


def saying(**given):
    """What the mail server says: `saying(rcpt="550 5.1.1 nobody")`."""
    usual = {"data": "354 go on"}
    return lambda part, line: given.get(part, usual.get(part, "250 2.0.0 ok"))


@pytest.mark.parametrize("pipelining", [True, False])
def test_unknown_address_ends_its_subscription_and_others_get_theirs(sink, settings, pipelining):
    settings.NEWSLETTER_CONNECTIONS = 1
    wrong, right = factories.subscriber(), factories.subscriber()
    server = sink(
        lambda part, line: (
            "550 5.1.1 nobody" if wrong.email in line and part == "rcpt" else saying()(part, line)
        ),
        pipelining=pipelining,
    )
    factories.started_issue()

    work()

    wrong.refresh_from_db()
    assert wrong.status == "bounced"
    assert Suppression.objects.of([wrong.email]).get().reason == "bounced"
    assert [recipient for _sender, recipient in server.envelopes] == [f"RCPT TO:<{right.email}>"]
    assert statuses() == {"refused": 1, "sent": 1}
    assert Delivery.objects.get(status="refused").answer == "550 5.1.1 nobody"


@pytest.mark.parametrize(
    ("answer", "status", "event"),
    [
        (Answer(250, "2.0.0 ok", "text"), "sent", ""),
        (Answer(550, "5.1.1 nobody", "rcpt"), "refused", "hard"),
        (Answer(552, "5.2.2 full", "rcpt"), "refused", "soft"),
        (Answer(500, "5.5.2 what is this", "rcpt"), "refused", "soft"),
        (Answer(550, "no such user", "rcpt"), "refused", "soft"),
        (Answer(451, "4.7.1 later", "rcpt"), "waiting", ""),
        (Answer(550, "5.7.1 relay denied", "rcpt"), "waiting", ""),
        (Answer(550, "5.1.8 bad sender", "mail"), "waiting", ""),
        (Answer(554, "5.6.0 what is this", "text"), "waiting", ""),
        (Answer(535, "5.7.8 wrong password", "connect"), "waiting", ""),
    ],
)
def test_only_an_answer_about_the_address_is_final(answer, status, event):
    verdict = judge(answer, attempts=1)

    assert (verdict.status, verdict.event) == (status, event)
    assert (verdict.again_after is not None) == (status == "waiting")


def test_tries_end():
    later = Answer(451, "4.2.0 later", "rcpt")

    pauses = [judge(later, number).again_after for number in range(1, TRIES)]

    assert [pause / timedelta(minutes=1) for pause in pauses] == [5, 30, 120, 360]
    assert judge(later, TRIES).status == "refused"


def test_ten_refusals_in_a_row_pause_the_issue_and_skip_nobody(sink, settings, mailoutbox, editor):
    settings.NEWSLETTER_CONNECTIONS = 1
    for _number in range(15):
        factories.subscriber()
    sink(saying(mail="550 5.7.1 you are not welcome"))
    factories.started_issue()

    work()
    send_editors_mail.call()

    issue = Issue.objects.get()
    assert issue.status == "paused"
    assert "you are not welcome" in issue.note
    assert statuses() == {"waiting": 15}
    assert Delivery.objects.filter(attempts=1).count() == 10
    assert [mail.to for mail in mailoutbox] == [[editor.email]]
    assert issue.note in mailoutbox[0].body


def test_lost_server_is_waited_for_and_counts_as_no_try(sink):
    factories.subscriber()
    server = sink(lambda part, line: None if part == "rcpt" else saying()(part, line))
    factories.started_issue()

    work()

    row = Delivery.objects.get()
    assert (row.status, row.attempts, row.begun_at) == ("waiting", 0, None)
    assert server.count == 0
    assert Issue.objects.get().status == "sending"


def test_too_many_hard_bounces_of_the_first_mails_pause_the_issue(sink, monkeypatch):
    monkeypatch.setattr("newsletter.bounces.recording.TOO_MANY", 2)
    monkeypatch.setattr("newsletter.sending.desk.REFUSALS_IN_A_ROW", 1000)
    for _number in range(8):
        factories.subscriber()
    sink(saying(rcpt="550 5.1.1 nobody"))
    factories.started_issue()

    work()

    assert Issue.objects.get().status == "paused"
    assert MailEvent.objects.filter(kind="hard").count() < 8
    assert statuses()["waiting"] > 0


def test_mail_that_is_taken_begins_the_count_of_refusals_anew():
    issue = factories.started_issue()
    refused, taken = Answer(550, "5.7.1 no", "mail"), Answer(250, "2.0.0 ok", "text")
    desk = Desk()

    for answer in (*[refused] * 9, taken, *[refused] * 9):
        desk.note_answer(issue, answer)
    assert Issue.objects.get().status == "sending"
    desk.note_answer(issue, refused)

    assert Issue.objects.get().status == "paused"


def test_more_than_five_percent_of_the_first_500_mails_are_too_many():
    now = timezone.now()
    Subscriber.objects.bulk_create(
        Subscriber(email=f"r{number}@example.org", status="confirmed", requested_at=now, confirmed_at=now)
        for number in range(530)
    )  # fmt: skip
    rows = list(factories.started_issue().deliveries.order_by("subscriber_id"))
    MailEvent.objects.bulk_create(
        MailEvent(key=f"{row.pk}", delivery=row, issue=row.issue, kind="hard", at=now)
        for row in (*rows[:24], *rows[500:])
    )

    record(rows[24], key="the 25th", kind="hard")
    assert Issue.objects.get().status == "sending"
    record(rows[25], key="the 26th", kind="hard")

    assert Issue.objects.get().status == "paused"
    assert "5%" in Issue.objects.get().note
