"""Moderators are told by mail of what waits, seldom and surely."""

import smtplib
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from comments.models import Comment, DiscussionSettings, ModeratorMail
from comments.moderating import digests
from comments.tasks import send_moderators_mail
from config.web.mail import messages as mail
from tests import factories

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.day(NOON.isoformat())]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


@pytest.fixture
def at_once(moderator):
    ModeratorMail.of(moderator).choose("at_once")
    return moderator


@pytest.fixture
def failing(monkeypatch):
    """Let the mail server fail: `failing(error)`; `failing(None)` mends it."""
    send = mail.send

    def fail(error):
        def fail_once(*args, **kwargs):
            raise error

        monkeypatch.setattr(mail, "send", fail_once if error else send)

    return fail


def sweep_for(clock, minutes):
    """The periodic task, once a minute."""
    for _ in range(minutes):
        clock.shift(MINUTE)
        send_moderators_mail.call()


def comment_after(clock, article, **fields):
    clock.shift(MINUTE)
    return factories.comment(article, **fields)


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
    assert message.subject == "1 comment waits at Colophon"
    assert message.message()["Auto-Submitted"] == "auto-generated"
    for told in (
        "Sleep well", "Ann, ", "1 approved · since", "Held: 3 links", "In answer to Bo: “The question”",
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
def test_a_thousand_comments_are_one_mail(at_once, article, clock, mailoutbox):
    clock.shift(MINUTE)
    for _ in range(242):
        factories.comment(article, body="W" * 5000 + str(_))

    sweep_for(clock, 14)

    (message,) = mailoutbox
    assert message.subject == "242 comments wait at Colophon"
    assert "And 212 more." in message.body
    assert message.body.count("Approve: http") == 30
    # Gmail cuts a mail at 102 KB.
    assert len(message.alternatives[0].content) < 100_000


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
def test_mail_server_that_hangs_loses_nothing(at_once, article, clock, mailoutbox, failing, error):
    comment_after(clock, article)
    failing(error)
    sweep_for(clock, 10)

    failing(None)
    sweep_for(clock, 5)
    assert (
        not mailoutbox
    )  # a mail that timed out may have arrived: none within a quarter of an hour
    sweep_for(clock, 5)

    assert len(mailoutbox) == 1


def test_long_outage_ends_no_tries(at_once, article, clock, mailoutbox, failing):
    comment_after(clock, article)
    failing(ConnectionRefusedError())
    for _ in range(30):
        clock.shift(timedelta(days=1))
        send_moderators_mail.call()

    failing(None)
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


# The alarm


@pytest.fixture
def old_comment(article):
    return factories.comment(article, created_at=NOON - timedelta(hours=49))


def test_alarm_goes_to_those_who_read_mail(at_once, old_comment, clock, mailoutbox):
    factories.user("silent", group="Moderator")

    sweep_for(clock, 3)

    (message,) = mailoutbox
    assert message.to == ["mo@example.org"]
    assert message.subject == "A comment has waited for 49 hours at Colophon"
    assert "/admin/comments/queue/" in message.body


def test_alarm_goes_to_every_moderator_when_none_reads_mail(
    moderator, editor, old_comment, clock, mailoutbox
):
    factories.user("silent", group="Moderator")
    factories.user("gone", group="Moderator", is_active=False)

    sweep_for(clock, 3)

    assert sorted(message.to[0] for message in mailoutbox) == [
        "mo@example.org",
        "silent@example.org",
    ]


def test_alarm_comes_once_a_day_while_the_queue_stays_old(
    moderator, old_comment, clock, mailoutbox
):
    for _ in range(49):
        clock.shift(timedelta(hours=1))
        send_moderators_mail.call()

    assert len(mailoutbox) == 3


def test_alarm_comes_again_after_the_queue_was_young(
    moderator, old_comment, article, clock, mailoutbox
):
    DiscussionSettings.objects.update(alarm_after_hours=2)
    sweep_for(clock, 1)
    old_comment.approve(by=moderator)
    factories.comment(article)

    sweep_for(clock, 125)

    assert len(mailoutbox) == 2


def test_queue_that_hovers_at_the_limit_brings_one_alarm(moderator, article, clock, mailoutbox):
    for minutes in range(30):
        factories.comment(article, created_at=NOON - timedelta(hours=48) + minutes * MINUTE)

    for _ in range(30):
        sweep_for(clock, 1)
        Comment.objects.awaiting_moderation().oldest_first()[0].approve(by=moderator)

    assert len(mailoutbox) == 1


def test_no_alarm_when_it_is_switched_off_or_nothing_is_old(
    moderator, article, old_comment, clock, mailoutbox
):
    DiscussionSettings.objects.update(alarm_after_hours=None)
    sweep_for(clock, 2)
    DiscussionSettings.objects.update(alarm_after_hours=72)
    sweep_for(clock, 2)

    assert not mailoutbox


def test_alarm_that_could_not_be_sent_is_owed_until_the_queue_is_clear(
    moderator, old_comment, clock, mailoutbox, failing
):
    failing(ConnectionRefusedError())
    sweep_for(clock, 5)
    assert ModeratorMail.objects.get().alarm

    failing(None)
    sweep_for(clock, 20)

    assert len(mailoutbox) == 1
    assert not ModeratorMail.objects.get().alarm


def test_alarm_about_nothing_is_dropped(moderator, old_comment, clock, mailoutbox):
    digests.raise_alarm()
    old_comment.approve(by=moderator)

    sweep_for(clock, 20)

    assert not mailoutbox
    assert not ModeratorMail.objects.get().alarm


def test_digest_after_an_alarm_keeps_its_distance(at_once, old_comment, article, clock, mailoutbox):
    comment_after(clock, article)

    sweep_for(clock, 10)
    assert [message.subject for message in mailoutbox] == [
        "A comment has waited for 49 hours at Colophon"
    ]
    sweep_for(clock, 10)

    assert len(mailoutbox) == 2
