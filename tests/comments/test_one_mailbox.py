"""An address is one writer, whichever of its spellings somebody types at whichever door."""

import pytest
from django.test import Client

from comments.models import Comment, MutedAddress, Restriction, Writer
from comments.spam.addresses import throwaway_address
from comments.spam.findings import found
from comments.spam.restrictions import restricted
from comments.writers import privacy
from config.web.database.at_once import run_at_once
from config.your_data.forms import AskForm
from tests import factories
from tests.clock import ago
from tests.comments.sending import send
from tests.config.test_addresses import NO_ADDRESS, SPELLINGS

pytestmark = pytest.mark.django_db
BÜCHER = "ann@bücher.example"


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


@pytest.fixture
def ask(django_capture_on_commit_callbacks):
    """Ask for the link to one's data, and let the mail go out."""

    def post(email):
        with ago(seconds=30):
            stamp = AskForm().initial["rendered"]
        with django_capture_on_commit_callbacks(execute=True):
            return Client().post("/yours/", {"email": email, "rendered": stamp})

    return post


def test_all_spellings_are_one_writer(client, article):
    for number, spelling in enumerate(SPELLINGS):
        assert send(client, article, email=spelling, body=f"Words {number}.").status_code == 303

    assert [writer.email for writer in Writer.objects.all()] == [BÜCHER]
    assert Comment.objects.filter(email=BÜCHER).count() == len(SPELLINGS)


def test_same_words_under_another_spelling_are_the_same_comment(client, article):
    for spelling in SPELLINGS:
        send(client, article, email=spelling)

    assert Comment.objects.count() == 1


def test_comment_saved_by_program_has_the_one_spelling(article):
    factories.comment(article, email="Ann@XN--BCHER-KVA.example")

    assert Comment.objects.get().email == Writer.objects.get().email == BÜCHER


@pytest.mark.parametrize("text", NO_ADDRESS)
def test_comments_refuse_what_the_newsletter_refuses(client, article, text):
    assert send(client, article, email=text).status_code == 422
    assert not Comment.objects.exists()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_ban_holds_for_every_spelling(article, spelling):
    Restriction.objects.create(kind="writer", value=BÜCHER, effect="reject")

    (findings,) = run_at_once(restricted(Comment(article=article, email=spelling), None))

    assert found("ban", "writer") in findings


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_ban_is_kept_in_the_one_spelling(admin_client, spelling):
    sent = {"kind": "writer", "value": spelling, "effect": "hold", "note": ""}

    admin_client.post("/admin/comments/restriction/add/", sent)

    assert Restriction.objects.get().value == BÜCHER


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_erased_address_is_known_again_by_every_spelling(article, spelling):
    factories.comment(article, email=BÜCHER)
    Restriction.objects.create(kind="writer", value=BÜCHER, effect="reject")
    Writer.objects.get().mute()

    privacy.erase(spelling)

    assert not Writer.objects.exists()
    assert Restriction.objects.of_writer(spelling).exists()
    assert MutedAddress.objects.of(spelling).exists()


@pytest.mark.parametrize("listed", ["bücher.example", "xn--bcher-kva.example"])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_throwaway_domain_is_known_in_every_spelling(
    article, settings, monkeypatch, listed, spelling
):
    from config import environment_urls

    monkeypatch.setenv("SOME_VARIABLE", listed)
    settings.COMMENTS_DISPOSABLE_DOMAINS = environment_urls.read_domains("SOME_VARIABLE")

    assert throwaway_address(Comment(article=article, email=spelling), None)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_link_to_data_goes_to_the_one_mailbox(article, ask, mailoutbox, spelling):
    factories.comment(article, email=BÜCHER)

    ask(spelling)

    assert [mail.to for mail in mailoutbox] == [["ann@xn--bcher-kva.example"]]


@pytest.mark.day("2026-11-21T12:10")
def test_tags_of_one_mailbox_get_one_mail_to_confirm_an_hour(
    client, mailoutbox, django_capture_on_commit_callbacks
):
    article = factories.published_article()
    for tag in range(5):
        with django_capture_on_commit_callbacks(execute=True):
            send(
                client, article, email=f"a.n.n+{tag}@gmail.com", body=f"Words {tag}.",
                wants_mail="on",
            )  # fmt: skip

    assert Writer.objects.count() == 5
    assert len(mailoutbox) == 1
