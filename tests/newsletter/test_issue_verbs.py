"""The steps of an issue, each in its time and only once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.models import Delivery, Issue, WrongStatus
from newsletter.models.issue import late_after
from newsletter.sending.body import Body
from newsletter.sending.pacing import Room, give_back_room, room_of_domain, take_room
from newsletter.sending.sender import pause_stale_issues
from newsletter.tasks import send_editors_mail, start_due_issues
from tests import factories
from tests.clock import after

pytestmark = pytest.mark.django_db


def in_an_hour():
    return timezone.now() + timedelta(hours=1)


def test_scheduled_issue_starts_at_its_time(editor):
    factories.subscriber()
    issue = factories.issue()
    issue.schedule(by=editor, at=in_an_hour())

    start_due_issues.call()
    assert Issue.objects.get().status == "scheduled"
    with after(hours=1):
        start_due_issues.call()
        start_due_issues.call()

    assert Issue.objects.get().status == "sending"
    assert Delivery.objects.count() == 1
    assert [step.action for step in issue.steps.all()] == ["start", "schedule"]


def test_issue_whose_time_has_long_passed_asks(mailoutbox, editor):
    factories.subscriber()
    issue = factories.issue()
    issue.schedule(by=editor, at=in_an_hour())

    with after(late_after() + timedelta(hours=2)):
        start_due_issues.call()
        send_editors_mail.call()

    issue.refresh_from_db()
    assert issue.status == "late"
    assert not Delivery.objects.exists()
    assert issue.note in mailoutbox[0].body


def test_half_sent_issue_of_a_restored_database_asks():
    factories.subscriber()
    issue = factories.started_issue()

    with after(late_after() + timedelta(minutes=1)):
        pause_stale_issues()

    issue.refresh_from_db()
    assert issue.status == "paused"
    assert issue.note


def test_started_issue_does_not_change_with_its_blocks():
    issue = factories.issue(intro="as written")
    issue.refresh_from_db()
    started = factories.started_issue(intro="as sent")

    Issue.objects.filter(pk=started.pk).update(intro="changed later")

    started.refresh_from_db()
    assert "as sent" in started.html
    assert "as sent" in started.text


@pytest.mark.parametrize(
    ("status", "verb"),
    [
        ("draft", lambda issue: issue.pause(by=None)),
        ("draft", lambda issue: issue.resume(by=None)),
        ("draft", lambda issue: issue.cancel(by=None)),
        ("draft", lambda issue: issue.take_back(by=None)),
        ("sending", lambda issue: issue.schedule(by=None, at=in_an_hour())),
        ("sending", lambda issue: issue.resume(by=None)),
        ("cancelled", lambda issue: issue.resume(by=None)),
        ("cancelled", lambda issue: issue.cancel(by=None)),
    ],
)
def test_step_out_of_turn_is_refused(status, verb):
    issue = factories.issue() if status == "draft" else factories.started_issue()
    Issue.objects.filter(pk=issue.pk).update(status=status)

    with pytest.raises(WrongStatus):
        verb(issue)

    issue.refresh_from_db()
    assert issue.status == status


def test_second_start_is_refused():
    factories.subscriber()
    issue = factories.started_issue()

    with pytest.raises(WrongStatus):
        issue.start(by=None, body=Body(html="x", text="x"))

    assert Delivery.objects.count() == 1


def test_limits_of_a_second_an_hour_and_a_day_hold_together(settings, clock):
    settings.NEWSLETTER_PER_HOUR, settings.NEWSLETTER_PER_DAY = 30, 40

    assert take_room(20).mails == 20
    assert take_room(20).mails == 10
    give_back_room(4)
    assert take_room(20).mails == 4
    assert take_room(20).mails == 0
    clock.shift(hours=1)
    assert take_room(50).mails == 10
    assert take_room(50).wait > 0


def test_no_limit_is_asked_where_none_is_set(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert take_room(50) == Room(50)
        assert room_of_domain("reader@example.org").mails == 1


def test_receiving_domain_has_a_limit_of_its_own(settings, clock):
    settings.NEWSLETTER_PER_DOMAIN_HOUR = 1
    emails = ["a@one.example", "b@one.example", "c@two.example"]

    assert [room_of_domain(email).mails for email in emails] == [1, 0, 1]
