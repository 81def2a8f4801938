"""Moderators are told by mail, once a day, that a comment has waited for long."""

from datetime import UTC, datetime, timedelta

import pytest

from comments.models import Comment, DiscussionSettings, ModeratorMail
from comments.moderating import digests
from comments.tasks import send_moderators_mail
from tests import factories
from tests.comments.sweeping import MINUTE, comment_after, sweep_for

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.day(NOON.isoformat())]


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


@pytest.fixture
def old_comment(article):
    return factories.comment(article, created_at=NOON - timedelta(hours=49))


def test_alarm_goes_to_those_who_read_mail(at_once, old_comment, clock, mailoutbox):
    factories.user("silent", group="Moderator")

    sweep_for(clock, 3)

    (message,) = mailoutbox
    assert message.to == ["mo@example.org"]
    assert message.subject == "A comment has been waiting for 49 hours at Colophon"
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
    moderator, old_comment, clock, mailoutbox, failing_mail
):
    failing_mail(ConnectionRefusedError())
    sweep_for(clock, 5)
    assert ModeratorMail.objects.get().alarm

    failing_mail(None)
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
        "A comment has been waiting for 49 hours at Colophon"
    ]
    sweep_for(clock, 10)

    assert len(mailoutbox) == 2
