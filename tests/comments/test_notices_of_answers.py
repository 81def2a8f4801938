"""Writers who asked for it are told of answers, and not once for each."""

import pytest

from comments.models import Notice
from config.web.mail import messages as mail
from tests import factories
from tests.comments.mailed import answer, asking

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(clock):
    return factories.published_article(title="Sleep well")


def test_writer_is_told_of_an_answer_once_it_is_approved(article, later, mailoutbox):
    comment = asking(article, body="How long?")
    comment.approve(by=None)
    later()
    reply = factories.comment(article, parent=comment, name="Ben", body="Seven hours.")
    later()
    reply.approve(by=None)
    later()

    message = mailoutbox[-1]
    assert len(mailoutbox) == 2
    assert message.subject == "Ben replied to your comment on “Sleep well”"
    assert "> Seven hours." in message.body
    assert f"/comments/{reply.pk}/" in message.body


def test_own_answer_is_not_told(article, later, mailoutbox):
    comment = asking(article)
    comment.approve(by=None)
    answer(comment, email="ANN@example.org")
    later()

    assert len(mailoutbox) == 1


def test_answer_to_an_answer_is_told_to_its_writer_only(article, later, mailoutbox):
    first, second = asking(article), asking(article, email="ben@example.org")
    first.approve(by=None)
    reply = asking(article, email="cem@example.org", parent=second)
    second.approve(by=None)
    reply.approve(by=None)
    later()
    mailoutbox.clear()
    answer(reply)
    later()

    assert [message.to for message in mailoutbox] == [["cem@example.org"]]


def test_answer_that_is_taken_away_within_two_minutes_is_not_told(article, later, mailoutbox):
    comment = asking(article)
    comment.approve(by=None)
    later()
    answer(comment).remove(by=None)
    later()

    assert len(mailoutbox) == 1


def test_answers_of_an_hour_come_in_one_mail(article, later, mailoutbox):
    comment = asking(article)
    comment.approve(by=None)
    later()
    for _number in range(30):
        answer(comment)
        later(minutes=1)
    later(hours=1)

    answered = [message for message in mailoutbox if "published" not in message.subject]
    assert len(answered) == 2
    assert "And 9 more." in answered[1].body  # 29 came meanwhile, 20 are listed
    assert not Notice.objects.unsent().exists()


def test_text_of_a_stranger_stays_text(article, later, mailoutbox):
    comment = asking(article)
    comment.approve(by=None)
    later()
    answer(
        comment,
        name="Eve\u2028Bcc: x@example.org",
        body="a < b\n\n-- \n& <img src=x onerror=alert(1)>",
    )
    later()

    message = mailoutbox[-1]
    html = message.alternatives[0].content
    assert "\n" not in message.subject
    assert not message.bcc
    assert "a &lt; b" in html
    assert "<img" not in html
    assert "\n> -- " in message.body


def test_long_answer_is_cut(article, later, mailoutbox):
    comment = asking(article)
    comment.approve(by=None)
    later()
    answer(comment, body="word " * 900)
    later()

    assert len(mailoutbox[-1].body) < 2500


def test_answers_that_could_not_be_sent_together_are_sent_later(
    article, later, mailoutbox, monkeypatch
):
    comment = asking(article)
    comment.approve(by=None)
    later()
    answer(comment)
    answer(comment)
    send = mail.send
    monkeypatch.setattr(mail, "send", lambda *args, **kwargs: 1 / 0)
    later()
    monkeypatch.setattr(mail, "send", send)
    later(minutes=5)
    later(hours=2)

    told = "".join(message.body for message in mailoutbox)
    assert all(f"/comments/{reply.pk}/" in told for reply in comment.replies.all())
    assert not Notice.objects.unsent().exists()
