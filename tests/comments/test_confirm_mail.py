"""An address gets mails about comments only after its owner said that it is theirs."""

import pytest
from django.test import Client

from comments import tasks
from comments.models import Comment, MutedAddress, Writer
from comments.writers import links
from comments.writing.receiving import receive
from tests import factories
from tests.clock import after
from tests.comments.mailed import path, verified
from tests.markup import links_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


@pytest.fixture
def write(article, django_capture_on_commit_callbacks):
    """A comment arrives, and the mail that it brings goes out."""

    def arrive(body="It helped me.", email="ann@example.org", *, wants_mail=True):
        comment = Comment(
            article=article, name="Free pills!", email=email, body=body, wants_mail=wants_mail
        )
        with django_capture_on_commit_callbacks(execute=True):
            return receive(comment)

    return arrive


def the_writer():
    return Writer.objects.get(email="ann@example.org")


def test_first_comment_that_asks_for_mails_brings_one_to_confirm_by(write, mailoutbox):
    write("Cheap https://spam.example/")

    (message,) = mailoutbox
    assert message.to == ["ann@example.org"]
    assert "Confirm" in message.subject
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "/comments/verify/" in message.body


def test_mail_holds_no_word_of_whoever_wrote(write, mailoutbox):
    write("Cheap https://spam.example/")

    whole = mailoutbox[0].body + mailoutbox[0].subject + mailoutbox[0].alternatives[0].content
    assert "pills" not in whole
    assert "spam.example" not in whole


def test_comment_that_does_not_ask_brings_no_mail(write, mailoutbox):
    write(wants_mail=False)

    assert not mailoutbox


def test_confirmed_address_is_not_asked_again(write, mailoutbox):
    verified()

    write()

    assert not mailoutbox


def test_same_words_sent_twice_bring_one_mail(write, mailoutbox):
    write()
    with after(hours=2):
        write()

    assert len(mailoutbox) == 1


@pytest.mark.day("2026-11-21T00:00")
def test_at_most_one_mail_an_hour_and_three_a_day(write, mailoutbox, clock):
    counts = []
    for half_hour in range(20):
        write(f"Words {half_hour}.")
        counts.append(len(mailoutbox))
        clock.shift(minutes=30)

    assert counts[:5] == [1, 1, 2, 2, 3]
    assert counts[-1] == 3


def test_who_ended_the_mails_is_not_asked(write, mailoutbox):
    Writer.objects.create(email="ann@example.org").mute()

    write()

    assert not mailoutbox


def test_who_ended_the_mails_before_being_erased_is_not_asked_either(write, mailoutbox):
    from comments.writers.privacy import erase

    Writer.objects.create(email="ann@example.org").mute()
    erase("ann@example.org")
    write()

    assert not mailoutbox
    assert the_writer().muted_at
    assert MutedAddress.objects.exists()


def test_page_is_the_same_for_known_and_unknown_addresses(write, client):
    known = write()
    verified()
    other = write(email="ben@example.org")

    pages = [client.get(links.manage_path(comment)).text for comment in (known, other)]

    for page in pages:
        assert "Open the email we sent you</strong>" in page


def test_opening_the_link_confirms_nothing(client, write):
    write()
    link = path(links.verify_url(the_writer()))

    for method in (client.get, client.head):
        assert method(link).status_code == 200

    assert the_writer().verified_at is None


def test_pressing_the_button_confirms_and_a_second_time_is_harmless(write):
    write()
    link = path(links.verify_url(the_writer()))
    client = Client(enforce_csrf_checks=True)

    first, confirmed_at = client.post(link), the_writer().verified_at
    second = client.post(link)

    assert "is confirmed" in first.text
    assert (first.status_code, second.status_code) == (200, 200)
    assert confirmed_at
    assert the_writer().verified_at == confirmed_at


def test_link_that_is_too_old_confirms_nothing(client, write):
    write()
    link = path(links.verify_url(the_writer()))

    with after(days=7, minutes=1):
        response = client.post(link)

    assert response.status_code == 410
    assert the_writer().verified_at is None


@pytest.mark.parametrize("make", ["manage", "mute_all_url", "tampered"])
def test_link_for_something_else_confirms_nothing(client, write, make):
    comment = write()
    urls = {
        "manage": links.manage_url(comment),
        "mute_all_url": links.mute_all_url(the_writer()),
        "tampered": links.verify_url(the_writer())[:-3] + "x/",
    }
    token = urls[make].rstrip("/").rpartition("/")[2]

    assert client.post(f"/comments/verify/{token}/").status_code == 404
    assert the_writer().verified_at is None


def test_link_of_an_erased_writer_is_answered_kindly(client, write):
    write()
    link = path(links.verify_url(the_writer()))
    Writer.objects.all().delete()

    assert client.post(link).status_code == 410


def test_mail_that_is_owed_is_found_by_the_sweep(article, mailoutbox):
    comment = Comment(
        article=article, name="A", email="ann@example.org", body="Words.", wants_mail=True
    )
    receive(comment)

    tasks.send_writers_mail.call()

    assert len(mailoutbox) == 1


def test_notice_says_to_open_the_mail_only_where_one_was_asked_for(write, client):
    asking, other = write(), write("Other words.", wants_mail=False)

    pages = [client.get(links.manage_path(comment)).text for comment in (asking, other)]

    assert ["Open the email we sent you" in page for page in pages] == [True, False]


def test_confirmed_owner_is_not_asked_to_confirm(write, client):
    comment = write()

    assert "Open the email" not in client.get(links.manage_path(comment, is_owner=True)).text


def test_confirming_leads_back_to_the_comment(write, client):
    comment = write()
    link = path(links.verify_url(the_writer()))

    waiting = links_of(client.post(link).text)
    comment.approve(by=None)
    public = links_of(client.post(link).text)

    (own,) = [address for address, words in waiting.items() if words == "Go to your comment"]
    assert "It helped me." in client.get(own).text
    assert public[comment.get_absolute_url()] == "Go to your comment"


def test_confirming_leads_nowhere_once_the_comment_is_withdrawn(write, client):
    comment = write()
    comment.withdraw()

    assert "Go to your comment" not in client.post(links.verify_url(the_writer())).text
