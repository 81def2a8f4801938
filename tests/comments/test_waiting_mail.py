"""The writers of an article hear of comments that wait under it: at most once an hour."""

import pytest
from django.core import mail

from comments.models import WaitingMail
from comments.tasks import send_waiting_mail
from config.web.mail.wanted_mail import MailKind, choose_mail
from tests import factories
from tests.comments.sending import send


@pytest.fixture
def article(author):
    return factories.published_article(by=factories.author(user=author), title="Salt")


@pytest.fixture
def told(clock):
    """Who is told two minutes later."""

    def later(**time):
        mail.outbox.clear()
        clock.shift(**(time or {"minutes": 2}))
        send_waiting_mail.call()
        return [message.to[0] for message in mail.outbox]

    return later


def test_writer_hears_of_a_comment_that_waits(client, article, told):
    send(client, article, name="Rosa", body="Is 5 < 6 g right?")

    assert told() == ["arthur@example.org"]
    assert mail.outbox[0].subject == "Comments are waiting under “Salt”"
    assert "Rosa wrote:" in mail.outbox[0].body
    assert "Is 5 < 6 g right?" in mail.outbox[0].body
    assert "Is 5 &lt; 6 g right?" in mail.outbox[0].alternatives[0].content
    assert article.get_absolute_url() in mail.outbox[0].body


def test_one_mail_an_hour_and_article(client, article, told):
    send(client, article, body="The first thought.")
    first = told()
    send(client, article, body="The second thought.", email="b@example.org")
    send(client, article, body="The third thought.", email="c@example.org")

    assert (first, told(), told(minutes=30)) == (["arthur@example.org"], [], [])
    assert told(minutes=30) == ["arthur@example.org"]
    assert "second" in mail.outbox[0].body and "third" in mail.outbox[0].body
    assert "first" not in mail.outbox[0].body
    assert told(hours=3) == []


def test_only_the_newest_five_are_quoted(client, article, told):
    for number in range(7):
        send(client, article, body=f"Thought number {number}.", email=f"r{number}@example.org")

    told()

    assert mail.outbox[0].body.count("wrote:") == 5
    assert "number 6" in mail.outbox[0].body
    assert "More are waiting" in mail.outbox[0].body


def test_decided_comments_are_no_news(client, article, told):
    send(client, article)
    article.comments.get().approve(by=None)

    assert told() == []


def test_held_comments_are_no_news(client, article, told):
    send(client, article, body="See http://a.example http://b.example http://c.example and more.")

    assert article.comments.get().status == "held"
    assert told() == []


def test_own_comment_is_no_news(client_of, author, article, told):
    send(client_of(author), article)

    assert article.comments.get().account == author
    assert told() == []


def test_who_wants_no_such_mail_gets_none(client, author, article, told):
    choose_mail(author, [MailKind.RETURNED])
    send(client, article)

    assert told() == []


def test_writer_who_may_decide_is_led_to_the_queue(client, author, article, told):
    author.groups.add(*factories.user("mo", group="Moderator").groups.all())
    send(client, article)

    told()

    assert "/admin/comments/queue/" in mail.outbox[0].body


def test_when_the_mail_server_fails_between_two_people_nobody_gets_it_twice(
    client, article, told, monkeypatch
):
    second = factories.user("ben", group="Author")
    article.contributions.create(author=factories.author(user=second), position=1)
    send(client, article)
    one_gets_through(monkeypatch)

    assert told() == ["arthur@example.org"]
    monkeypatch.undo()
    assert told() == ["ben@example.org"]


def one_gets_through(monkeypatch):
    from config.web.mail.messages import Mail

    real = Mail.send

    def send_first(message, *args, **kwargs):
        if mail.outbox:
            raise OSError("away")
        return real(message, *args, **kwargs)

    monkeypatch.setattr(Mail, "send", send_first)


def test_comment_sent_while_the_mail_goes_out_is_told_next(client, article, told, clock):
    send(client, article, body="The first thought.")
    clock.shift(minutes=2)
    claimed = WaitingMail.objects.claim_mail(article.pk)
    send(client, article, body="The second thought.", email="b@example.org")

    assert claimed is not None
    told()

    assert "second" in mail.outbox[0].body


def test_mail_is_owed_in_the_transaction_of_the_comment(client, article, monkeypatch):
    monkeypatch.setattr("comments.models.WaitingMail.objects.owe", _fail)
    with pytest.raises(ZeroDivisionError):
        send(client, article)

    assert not article.comments.exists()


def _fail(comment):
    raise ZeroDivisionError
