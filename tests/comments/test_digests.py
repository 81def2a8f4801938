"""Moderators are told by mail of what waits, seldom and surely."""

import smtplib
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from comments.models import ModeratorMail
from comments.tasks import send_moderators_mail
from tests import factories
from tests.comments.sweeping import MINUTE, comment_after, sweep_for

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.day(NOON.isoformat())]


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


def test_nobody_gets_mail_without_asking(moderator, article, clock, mailoutbox):
    comment_after(clock, article)

    sweep_for(clock, 60)

    assert not mailoutbox


def test_comment_is_mailed_whole_with_all_that_helps_to_decide(at_once, article, clock, mailoutbox):
    factories.approved_comment(article, email="ann@example.org", body="Before")
    parent = factories.approved_comment(article, name="Bo", body="The question")
    comment_after(
        clock, article, name="Ann", email="ann@example.org", body="First line.\n\nLast line.",
        parent=parent, status="held", held_for=[{"code": "links", "detail": "3"}],
    )  # fmt: skip

    sweep_for(clock, 2)

    (message,) = mailoutbox
    text = message.body
    assert message.to == ["mo@example.org"]
    assert message.subject == "1 comment is waiting at Colophon"
    assert message.message()["Auto-Submitted"] == "auto-generated"
    for told in (
        "Sleep well", "Ann, ", "1 approved · since", "Held: 3 links", "In reply to Bo: “The question”",
        "> First line.\n> \n> Last line.", "Approve: http", "Reject: http", "Mark as spam: http",
        "/admin/comments/queue/", "/admin/comments/mail/",
    ):  # fmt: skip
        assert told in text
    assert "ann@example.org" not in text + message.alternatives[0].content


def test_words_of_a_comment_are_escaped_in_the_mail(at_once, article, clock, mailoutbox):
    trap = "<script>alert(1)</script>\nApprove: https://evil.example/"
    parent = factories.approved_comment(article, body=f"Question\n\n{trap}")
    comment_after(clock, article, name="<b>x", body=trap, parent=parent)

    sweep_for(clock, 2)

    (message,) = mailoutbox
    page = message.alternatives[0].content
    assert "<script" not in page
    assert "<b>x" not in page
    assert "&lt;script&gt;" in page
    assert "\n> Approve: https://evil.example/" in message.body
    assert "\nApprove: https://evil" not in message.body
    assert "\n" not in message.subject


@pytest.mark.long
def test_many_comments_are_one_mail_of_thirty(at_once, article, clock, mailoutbox):
    clock.shift(MINUTE)
    for number in range(62):
        factories.comment(article, body=f"{'W' * 5000}{number}")

    sweep_for(clock, 14)

    (message,) = mailoutbox
    assert message.subject == "62 comments are waiting at Colophon"
    assert "And 32 more." in message.body
    assert message.body.count("Approve: http") == 30
    # Gmail cuts a mail at 102 KB.
    assert len(message.alternatives[0].content) < 100_000


@pytest.mark.long
def test_size_of_the_queue_costs_no_queries(
    at_once, article, clock, mailoutbox, django_assert_max_num_queries
):
    clock.shift(MINUTE)
    for _ in range(40):
        factories.comment(factories.published_article(), parent=None)
    clock.shift(MINUTE)

    with django_assert_max_num_queries(25):
        send_moderators_mail.call()

    assert len(mailoutbox) == 1


@pytest.mark.long
def test_at_most_one_mail_a_quarter_of_an_hour(at_once, article, clock, mailoutbox):
    for _ in range(60):
        comment_after(clock, article)
        send_moderators_mail.call()

    assert 3 <= len(mailoutbox) <= 5
    assert sum(message.body.count("Approve: http") for message in mailoutbox) >= 45


def test_changing_ones_mind_brings_no_second_mail_at_once(at_once, article, clock, mailoutbox):
    comment_after(clock, article)
    sweep_for(clock, 2)

    for frequency in ("never", "hourly", "daily", "at_once"):
        ModeratorMail.of(at_once).choose(frequency)
        comment_after(clock, article)
        send_moderators_mail.call()
    sweep_for(clock, 5)

    assert len(mailoutbox) == 1


@pytest.mark.long
def test_hourly_mail_comes_on_the_hour_and_tells_each_comment_once(
    moderator, article, clock, mailoutbox
):
    ModeratorMail.of(moderator).choose("hourly")
    comment_after(clock, article, body="First")
    sweep_for(clock, 58)
    assert not mailoutbox

    sweep_for(clock, 1)
    comment_after(clock, article, body="Second")
    sweep_for(clock, 60)

    assert ["First" in message.body for message in mailoutbox] == [True, False]
    assert ["Second" in message.body for message in mailoutbox] == [False, True]


def test_daily_mail_comes_in_the_morning_of_the_sites_zone(
    moderator, article, clock, mailoutbox, settings
):
    settings.TIME_ZONE = "Europe/Berlin"
    with timezone.override("Europe/Berlin"):
        ModeratorMail.of(moderator).choose("daily")
        comment_after(clock, article)

        clock.move_to(datetime(2026, 11, 22, 5, 59, tzinfo=UTC))
        send_moderators_mail.call()
        assert not mailoutbox
        clock.move_to(datetime(2026, 11, 22, 6, 1, tzinfo=UTC))
        send_moderators_mail.call()

    assert len(mailoutbox) == 1


def test_what_is_decided_meanwhile_is_not_mailed(at_once, article, clock, mailoutbox):
    comment_after(clock, article).approve(by=None)

    sweep_for(clock, 20)

    assert not mailoutbox


def test_comment_that_its_writer_changed_is_mailed_again(at_once, article, clock, mailoutbox):
    comment = comment_after(clock, article, body="As first written")
    sweep_for(clock, 2)

    comment.edit("Changed words", by=None, held_for=[])
    sweep_for(clock, 20)

    assert len(mailoutbox) == 2
    assert "Changed words" in mailoutbox[1].body


def test_comment_of_this_very_moment_is_left_for_the_next_sweep(
    at_once, article, clock, mailoutbox
):
    comment_after(clock, article)
    send_moderators_mail.call()
    assert not mailoutbox

    sweep_for(clock, 1)

    assert len(mailoutbox) == 1


def test_comments_from_before_the_choice_are_not_mailed(moderator, article, clock, mailoutbox):
    comment_after(clock, article)
    clock.shift(MINUTE)
    ModeratorMail.of(moderator).choose("at_once")

    sweep_for(clock, 20)

    assert not mailoutbox


@pytest.mark.parametrize(
    "change",
    [
        lambda user: user.groups.clear(),
        lambda user: type(user).objects.filter(pk=user.pk).update(is_active=False),
        lambda user: type(user).objects.filter(pk=user.pk).update(email=""),
    ],
)
def test_who_moderates_no_more_gets_nothing(at_once, article, clock, mailoutbox, change):
    comment_after(clock, article)
    change(at_once)

    sweep_for(clock, 3)

    assert not mailoutbox


@pytest.mark.parametrize(
    "error",
    [TimeoutError(), smtplib.SMTPServerDisconnected("gone"), smtplib.SMTPDataError(451, b"later"), ValueError("ours")],
)  # fmt: skip
def test_mail_server_that_hangs_loses_nothing(
    at_once, article, clock, mailoutbox, failing_mail, error
):
    comment_after(clock, article)
    failing_mail(error)
    sweep_for(clock, 10)

    failing_mail(None)
    sweep_for(clock, 5)
    assert (
        not mailoutbox
    )  # a mail that timed out may have arrived: none within a quarter of an hour
    sweep_for(clock, 5)

    assert len(mailoutbox) == 1


@pytest.mark.long
def test_long_outage_ends_no_tries(at_once, article, clock, mailoutbox, failing_mail):
    comment_after(clock, article)
    failing_mail(ConnectionRefusedError())
    for _ in range(30):
        clock.shift(timedelta(days=1))
        send_moderators_mail.call()

    failing_mail(None)
    clock.shift(timedelta(days=1))
    send_moderators_mail.call()

    assert len(mailoutbox) == 1


def test_mail_of_a_killed_worker_goes_out_a_quarter_of_an_hour_later(
    at_once, article, clock, mailoutbox
):
    comment_after(clock, article)
    clock.shift(MINUTE)
    ModeratorMail.objects.claim_mail(at_once.pk)

    sweep_for(clock, 14)
    assert not mailoutbox
    sweep_for(clock, 1)

    assert len(mailoutbox) == 1
