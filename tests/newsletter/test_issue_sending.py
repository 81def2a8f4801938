"""An issue goes to each confirmed subscriber once."""

from uuid import uuid4

import pytest
from django.utils import timezone

from newsletter.models import Delivery, Issue, Suppression
from newsletter.sending import claims, smtp
from newsletter.sending.carriers import open_carrier
from newsletter.sending.copies import CopyWriter
from tests import factories
from tests.clock import after
from tests.newsletter.issues import statuses, work
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def with_each_mail(monkeypatch):
    """Do something before the answer to each mail is noted: `with_each_mail(lambda: ...)`."""

    def do(act):
        hand_over = smtp.SmtpCarrier.hand_over

        def and_act(*args):
            answer = hand_over(*args)
            act()
            return answer

        monkeypatch.setattr(smtp.SmtpCarrier, "hand_over", and_act)

    return do


def test_each_confirmed_subscriber_gets_one_copy(sink):
    server = sink()
    people = [factories.subscriber() for _number in range(70)]
    for status in ("pending", "unsubscribed", "bounced", "complained"):
        factories.subscriber(status)
    issue = factories.started_issue()

    work()

    issue.refresh_from_db()
    got = sorted(recipient for _sender, recipient in server.envelopes)
    assert got == sorted(f"RCPT TO:<{person.email}>" for person in people)
    assert len(set(server.ids)) == 70
    assert issue.status == "sent"
    assert issue.counts["sent"] == issue.counts["total"] == 70


def test_server_without_pipelining_gets_the_same(sink):
    server = sink(pipelining=False)
    factories.subscriber()
    factories.started_issue()

    work()

    assert server.count == 1


@pytest.mark.parametrize("said", ["421 4.7.0 enough of this connection", None])
def test_server_that_ends_connections_gets_each_mail_at_once(sink, settings, said):
    settings.NEWSLETTER_CONNECTIONS = 1
    ended = []

    def answer(part, line):
        if part == "mail" and server.count % 2 == 0 and server.count not in (0, *ended):
            ended.append(server.count)
            return said
        return "354 go on" if part == "data" else "250 2.0.0 ok"

    server = sink(answer)
    for _number in range(7):
        factories.subscriber()
    factories.started_issue()

    work()

    assert ended == [2, 4, 6]
    assert len(set(server.envelopes)) == server.count == 7
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}


def test_mail_takes_one_turn_with_the_server(sink, settings):
    settings.NEWSLETTER_CONNECTIONS = 1
    parts = []

    def answer(part, line):
        parts.append(part)
        return "354 go on" if part == "data" else "250 2.0.0 ok"

    server = sink(answer)
    issue = factories.started_issue()
    carrier = open_carrier()
    people = [claims.Claimed(number, number, f"r{number}@example.org") for number in (1, 2)]
    copies = [CopyWriter(issue).write(one, timezone.now()) for one in people]

    carrier.hand_over(copies[0].sender, copies[0].recipient, copies[0].data, copies[1].envelope)
    wait_until(lambda: len(parts) == 7)  # the next mail is awaited
    carrier.close()

    assert server.count == 1


def test_who_leaves_after_the_start_is_not_mailed(sink):
    server = sink()
    leaving, erased, staying = (factories.subscriber() for _number in range(3))
    factories.started_issue()

    leaving.unsubscribe()
    erased.delete()
    work()

    assert [recipient for _sender, recipient in server.envelopes] == [f"RCPT TO:<{staying.email}>"]
    assert statuses() == {"left": 2, "sent": 1}


def test_who_leaves_after_the_claim_is_not_mailed(sink, settings, with_each_mail):
    settings.NEWSLETTER_CONNECTIONS = 1
    server = sink()
    _first, second, _third = (factories.subscriber() for _number in range(3))
    factories.started_issue()

    with_each_mail(lambda: second.unsubscribe())
    work()

    assert server.count == 2
    assert statuses() == {"left": 1, "sent": 2}


def test_suppressed_address_is_not_mailed(sink):
    server = sink()
    person = factories.subscriber()
    factories.started_issue()
    Suppression.objects.add_address(person.email.upper(), reason="asked")

    work()

    assert server.count == 0
    assert statuses() == {"left": 1}


@pytest.mark.long
def test_pause_holds_at_once_and_resume_skips_nobody(sink, settings, with_each_mail):
    settings.NEWSLETTER_CONNECTIONS = 1
    server = sink()
    for _number in range(100):
        factories.subscriber()
    issue = factories.started_issue()
    with_each_mail(lambda: issue.pause(by=None) if server.count % 2 == 0 else None)

    for number in range(1, 51):
        work()
        assert server.count == 2 * number
        issue.resume(by=None)
    work()

    assert len(set(server.ids)) == 100
    assert Issue.objects.get().status == "sent"


def test_cancelled_issue_sends_no_more(sink):
    server = sink()
    factories.subscriber()
    issue = factories.started_issue()

    issue.cancel(by=None)
    work()

    assert server.count == 0
    assert statuses() == {"waiting": 1}


@pytest.mark.parametrize(
    ("policy", "status", "copies"), [("hold", "in_doubt", 1), ("resend", "sent", 2)]
)
def test_mail_without_an_answer_is_in_doubt(sink, settings, monkeypatch, policy, status, copies):
    settings.NEWSLETTER_IN_DOUBT = policy
    person = factories.subscriber()
    silent = sink(delay=3600)
    factories.started_issue()

    with monkeypatch.context() as patched:
        patched.setattr(smtp.SmtpCarrier, "_send_text", send_text_and_wait_for_a_moment)
        work()
    row = Delivery.objects.get()
    assert (row.status, row.doubts) == ("in_doubt" if policy == "hold" else "waiting", 1)
    quick = sink()
    with after(claims.DOUBT_PAUSE):
        work()

    row.refresh_from_db()
    taken = [f"<n.{row.token}@testserver>"] * (copies - 1)
    assert quick.ids == taken
    assert {recipient for _sender, recipient in quick.envelopes} <= {f"RCPT TO:<{person.email}>"}
    assert row.status == status
    assert silent.count == 0


def send_text_and_wait_for_a_moment(carrier, *args, send_text=smtp.SmtpCarrier._send_text):
    """Short for the answer that never comes alone: those before it come when the machine has time."""
    carrier._smtp.sock.settimeout(0.2)
    return send_text(carrier, *args)


def test_held_mail_is_sent_again_when_an_editor_says_so(sink, editor):
    server = sink()
    factories.subscriber()
    issue = factories.started_issue()
    Delivery.objects.update(status="in_doubt", begun_at=timezone.now())
    work()
    assert Issue.objects.get().status == "sent"

    issue.send_doubtful(by=editor)
    work()

    assert server.count == 1
    assert Issue.objects.get().status == "sent"


def test_slow_answer_within_the_limit_is_one_copy(sink):
    server = sink(delay=0.5)
    factories.subscriber()
    factories.started_issue()

    work()

    assert server.count == 1
    assert statuses() == {"sent": 1}


def test_server_has_ten_minutes_for_its_answer_whatever_the_timeout_is(sink):
    sink()
    factories.subscriber()
    issue = factories.started_issue()
    [mine] = claims.claim(issue, 10, issue.key)
    copy = CopyWriter(issue).write(mine, timezone.now())
    carrier = open_carrier()

    carrier.hand_over(copy.sender, copy.recipient, copy.data)

    assert carrier._smtp.timeout == 60
    assert carrier._smtp.sock.gettimeout() == 600
    carrier.close()


def test_mail_that_a_killed_worker_had_begun_is_sent_after_its_lease(sink):
    server = sink()
    factories.subscriber()
    issue = factories.started_issue()
    [mine] = claims.claim(issue, 10, key := issue.key)
    assert claims.Marks(key).begin(mine) == 1

    work(turns=1)
    assert server.count == 0
    with after(claims.LEASE):
        work()

    row = Delivery.objects.get()
    assert server.ids == [f"<n.{row.token}@testserver>"]
    assert (row.status, row.attempts, row.doubts) == ("sent", 2, 1)


def test_lease_is_renewed_while_its_worker_lives(db):
    factories.subscriber()
    issue = factories.started_issue()
    [mine] = claims.claim(issue, 10, issue.key)

    with after(claims.LEASE / 2):
        later = timezone.now() + claims.LEASE
        Delivery.objects.renew([mine.pk], issue.key, until=later)
    with after(claims.LEASE):
        again = claims.claim(issue, 10, uuid4())

    assert again == []
