"""Anybody can type an address: neither a page nor its work tells the sender what is known of it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import Comment, DiscussionSettings, Notice, Restriction, Writer
from comments.tasks import send_writers_mail
from comments.writers import links
from comments.writers.privacy import erase
from tests import factories
from tests.clock import after
from tests.comments.mailed import verified
from tests.comments.sending import as_read, send

# At the beginning of a window of each limit.
pytestmark = [pytest.mark.django_db, pytest.mark.day("2026-11-21T10:00")]

ANN = "ann@example.org"
ARTICLE = "/articles/sleep-well/"
KNOWN = ["unconfirmed", "confirmed", "muted", "held", "banned", "banned and erased", "flooding"]


@pytest.fixture
def article():
    DiscussionSettings.objects.update_or_create(pk=1, defaults={"trust_after": 1})
    # What is kept for all comments of a process is there before statements are counted.
    article = factories.published_article(title="Sleep well")
    send(Client(REMOTE_ADDR="203.0.113.7"), article, body="First.", wants_mail="on")
    Comment.objects.all().delete()
    Writer.objects.all().delete()
    return article


def make_known(state):
    if state == "unconfirmed":
        Writer.objects.create(email=ANN)
    elif state == "confirmed":
        verified(ANN)
    elif state == "muted":
        Writer.objects.create(email=ANN, muted_at=timezone.now(), verified_at=timezone.now())
    elif state == "flooding":
        other = factories.published_article()
        for number in range(15):
            client = Client(REMOTE_ADDR=f"198.51.{number}.7")
            send(client, other, email=ANN, body=f"Words {number}.")
    elif state != "unknown":
        ban(effect="hold" if state == "held" else "reject")
    if state == "banned and erased":
        erase(ANN)


def ban(*, effect="reject"):
    Restriction.objects.impose("writer", ANN, effect=effect, by=None)


def statements(queries):
    return [query["sql"].split()[0] for query in queries]


def life(article, email, on_commit):
    """All that a stranger is shown after typing an address, and the statements of each answer."""
    client = Client(REMOTE_ADDR="192.0.2.9")
    told = []

    def ask(make):
        with CaptureQueriesContext(connection) as queries, on_commit() as callbacks:
            response = make()
        page = as_read(response.text)
        cookies = sorted((name, cookie["path"]) for name, cookie in response.cookies.items())
        told.append((response.status_code, page, cookies, statements(queries), len(callbacks)))
        return response

    url = ask(lambda: send(client, article, email=email, wants_mail="on")).url
    ask(lambda: client.get(url))
    ask(lambda: client.get(ARTICLE))
    ask(lambda: client.get(f"{url}edit/"))
    ask(lambda: client.post(f"{url}edit/", {"body": "Quite other words.", "version": 1}))
    ask(lambda: client.get(url))
    ask(lambda: client.get(f"{url}withdraw/"))
    ask(lambda: client.post(f"{url}withdraw/"))
    ask(lambda: client.get(url))
    ask(lambda: client.get(f"{url}edit/"))
    with after(hours=1):
        ask(lambda: client.get(ARTICLE))
    return told


@pytest.mark.long
@pytest.mark.parametrize("state", KNOWN)
def test_pages_and_statements_are_those_of_an_unknown_address(
    article, state, django_capture_on_commit_callbacks
):
    make_known(state)

    known = life(article, ANN, django_capture_on_commit_callbacks)
    unknown = life(article, "new@example.org", django_capture_on_commit_callbacks)

    assert known == unknown


def test_banned_comment_sent_again_seems_to_wait_as_the_first_one(article):
    ban()
    send(Client(REMOTE_ADDR="198.51.100.7"), article, email=ANN)
    client = Client(REMOTE_ADDR="198.51.101.7")

    answer = send(client, article, email=ANN)

    assert Comment.objects.latest("pk").status == "repeated"
    assert "awaits moderation" in client.get(answer.url).text
    assert "Awaits moderation" in client.get(ARTICLE).text


def test_banned_comment_stays_refused_when_it_is_edited(article):
    ban()
    url = send(Client(), article, email=ANN).url

    assert Client().post(f"{url}edit/", {"body": "Let me in.", "version": 1}).status_code == 303

    comment = Comment.objects.get()
    assert (comment.body, comment.status) == ("Let me in.", "rejected")


def test_comment_refused_for_a_word_waits_when_the_word_is_gone(article):
    DiscussionSettings.objects.update(reject_words="pills")
    url = send(Client(), article, body="Cheap pills.").url

    Client().post(f"{url}edit/", {"body": "Nothing to sell.", "version": 1})

    assert Comment.objects.get().status == "pending"


def test_decision_of_a_person_is_told(article, moderator):
    ban()
    client = Client()
    url = send(client, article, email=ANN).url
    comment = Comment.objects.get()
    comment.approve(by=moderator)
    comment.reject(by=moderator, reason="Off topic.")

    assert "Off topic." in client.get(url).text
    assert "Not published" in client.get(ARTICLE).text


def confirm(client):
    verified(ANN)
    client.post(links.verify_url(Writer.objects.get(email=ANN)))


def test_browser_that_confirmed_the_address_is_told(article):
    client = Client()
    confirm(client)
    ban()

    url = send(client, article, email=ANN).url

    assert "was not published" in client.get(url).text
    assert "Not published" in client.get(ARTICLE).text


def test_browser_that_confirmed_another_address_is_not_told(article):
    client = Client()
    confirm(client)
    Restriction.objects.impose("writer", "ben@example.org", effect="reject", by=None)

    url = send(client, article, email="ben@example.org").url

    assert "awaits moderation" in client.get(url).text
    assert "Awaits moderation" in client.get(ARTICLE).text


def test_owner_is_told_by_mail_and_its_link(article, mailoutbox):
    verified(ANN)
    ban()
    send(Client(), article, email=ANN, wants_mail="on")

    send_writers_mail.call()
    with after(minutes=2):
        send_writers_mail.call()

    (mail,) = mailoutbox
    assert mail.to == [ANN]
    comment = Comment.objects.get()
    assert links.manage_path(comment, is_owner=True).partition(":")[0] in mail.body
    assert "was not published" in Client().get(links.manage_path(comment, is_owner=True)).text


def test_banned_address_that_is_not_confirmed_gets_no_mail(article, mailoutbox):
    ban()
    send(Client(), article, email=ANN, wants_mail="on")

    with after(minutes=2):
        send_writers_mail.call()

    assert not mailoutbox
    assert not Notice.objects.filter(kind="asked").exists()
