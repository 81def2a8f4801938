"""What writers who asked for it are told by mail."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments import tasks
from comments.mail_querysets import NoticeQuerySet
from comments.models import Comment, Notice, Writer
from config.web.mail import messages as mail
from tests import factories
from tests.comments.mailed import answer, asking, verified

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(clock):
    return factories.published_article(title="Sleep well")


def test_writer_is_told_that_the_comment_is_published(article, later, mailoutbox):
    comment = asking(article)
    comment.approve(by=None)
    later()

    (message,) = mailoutbox
    assert message.to == ["ann@example.org"]
    assert message.subject == "Your comment on “Sleep well” is published"
    assert f"http://testserver/articles/sleep-well/comments/{comment.pk}/" in message.body


@pytest.mark.parametrize(("verb", "told"), [("reject", "not published"), ("remove", "removed")])
def test_writer_is_told_the_reason_against_the_comment(article, later, mailoutbox, verb, told):
    comment = asking(article)
    getattr(comment, verb)(by=None, reason="The comment advertises something.")
    later()

    (message,) = mailoutbox
    assert told in message.subject
    assert "The reason: The comment advertises something." in message.body


def test_spam_is_told_nothing(article, later, mailoutbox):
    asking(article).mark_as_spam(by=None)
    later()

    assert not mailoutbox


def test_who_did_not_ask_is_told_nothing(article, later, mailoutbox):
    comment = factories.approved_comment(article)
    verified(comment.email)
    answer(comment)
    later()

    assert not Notice.objects.exists()
    assert not mailoutbox


def test_decision_that_is_undone_within_two_minutes_is_not_told(
    article, later, mailoutbox, moderator
):
    comment = asking(article)
    comment.approve(by=moderator)
    later(minutes=1)
    comment.undo(by=moderator)
    later(minutes=5)

    assert not mailoutbox


def test_change_of_mind_within_two_minutes_is_told_once(article, later, mailoutbox):
    comment = asking(article)
    comment.approve(by=None)
    comment.remove(by=None)
    later()

    assert ["removed" in message.subject for message in mailoutbox] == [True]


def test_each_change_that_was_told_is_followed_by_the_next(article, later, mailoutbox):
    comment = asking(article)
    comment.approve(by=None)
    later()
    comment.remove(by=None)
    later()
    comment.approve(by=None)
    later()

    assert [message.subject.rpartition("” ")[2] for message in mailoutbox] == [
        "is published", "was removed", "is published",
    ]  # fmt: skip


def test_same_news_is_not_told_twice(article, later, mailoutbox, moderator):
    comment = asking(article)
    comment.approve(by=moderator)
    later()
    comment.undo(by=moderator)
    comment.approve(by=moderator)
    later()

    assert len(mailoutbox) == 1


def test_changed_words_are_told_of_again(article, later, mailoutbox):
    comment = asking(article)
    comment.approve(by=None)
    later()
    comment.edit("Other words.", by=None, held_for=[])
    comment.approve(by=None)
    later()

    assert len(mailoutbox) == 2


def test_withdrawn_comment_brings_no_mail(article, later, mailoutbox):
    comment = asking(article)
    comment.approve(by=None)
    answer(comment)
    comment.withdraw()
    later()

    assert not Notice.objects.exists()
    assert not mailoutbox


# To whom


def test_address_that_is_not_confirmed_is_told_nothing_until_it_is(article, later, mailoutbox):
    comment = factories.comment(article, wants_mail=True)
    comment.approve(by=None)
    later()
    assert not mailoutbox

    Writer.objects.of(comment.email).get().verify()
    later(days=6)

    assert len(mailoutbox) == 1


def test_old_news_is_not_told_after_a_late_confirmation(article, later, mailoutbox):
    comment = factories.comment(article, wants_mail=True)
    comment.approve(by=None)
    later(days=8)

    Writer.objects.of(comment.email).get().verify()
    later()

    assert not mailoutbox


def test_confirming_sends_at_once_what_waits(
    article, later, mailoutbox, django_capture_on_commit_callbacks
):
    comment = factories.comment(article, wants_mail=True)
    comment.approve(by=None)
    later()

    with django_capture_on_commit_callbacks(execute=True):
        Writer.objects.of(comment.email).get().verify()

    assert len(mailoutbox) == 1


def test_every_notice_can_be_ended_with_one_click(article, later, mailoutbox):
    asking(article).approve(by=None)
    later()

    headers = mailoutbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith("<http://testserver/comments/mute/")
    assert headers["List-Id"] == "Colophon comments <comments.testserver>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert mailoutbox[0].body.count("http://testserver/comments/mute/") == 2


# Whatever happens to servers and workers


def test_decision_and_its_notice_are_kept_together_or_not_at_all(article, moderator, monkeypatch):
    comment = asking(article)
    monkeypatch.setattr(NoticeQuerySet, "bulk_create", lambda *args, **kwargs: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        comment.approve(by=moderator)

    assert Comment.objects.get(pk=comment.pk).status == "pending"


def test_notice_that_a_mail_server_did_not_take_is_sent_later(
    article, later, mailoutbox, monkeypatch
):
    asking(article).approve(by=None)
    send = mail.send
    monkeypatch.setattr(mail, "send", lambda *args, **kwargs: 1 / 0)
    later()
    monkeypatch.setattr(mail, "send", send)
    later(minutes=1)
    later(minutes=1)

    assert len(mailoutbox) == 1


def test_notice_that_somebody_else_is_sending_is_left_to_them(article, later, mailoutbox, clock):
    asking(article).approve(by=None)
    clock.shift(timedelta(minutes=2))
    Notice.objects.claim_mail(Notice.objects.get().pk)

    tasks.send_writers_mail.call()

    assert not mailoutbox


def test_notices_are_forgotten_after_a_month(article, later, clock):
    asking(article).approve(by=None)
    later()
    tasks.forget_notices.call()
    assert Notice.objects.count() == 1

    clock.shift(timedelta(days=31))
    tasks.forget_notices.call()

    assert not Notice.objects.exists()


@pytest.mark.long
def test_sweep_costs_the_same_whatever_is_owed_to_unconfirmed_addresses(
    article, django_assert_max_num_queries
):
    for _number in range(20):
        factories.comment(article, wants_mail=True).approve(by=None)
    Notice.objects.update(mail_due_at=timezone.now())

    with django_assert_max_num_queries(4):
        tasks.send_writers_mail.call()
