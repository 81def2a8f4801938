"""The same words under the same address, sent by the same browser or by somebody who only typed them."""

import pytest
from django.test import Client

from comments.models import Comment
from comments.tasks import forget_notices
from comments.writers.privacy import erase
from tests import factories
from tests.clock import after
from tests.comments.sending import as_read, send

pytestmark = pytest.mark.django_db

ATTEMPT = "0d7f6a52-93c1-4a8e-9f0e-3f4c5b6a7d81"


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


@pytest.fixture
def stranger():
    return Client(REMOTE_ADDR="198.51.100.7")


def page_of(response):
    return Client().get(response.url).text


def edit(response, body, *, version=1):
    return Client().post(f"{response.url}edit/", {"body": body, "version": version})


@pytest.mark.parametrize("state", ["waiting", "published", "rejected", "held"])
def test_link_to_a_comment_is_not_given_to_who_only_types_its_words(
    client, stranger, article, state
):
    own = send(client, article)
    comment = Comment.objects.get()
    if state == "published":
        comment.approve(by=None)
    elif state == "rejected":
        comment.reject(by=factories.user("mo", group="Moderator"))
    elif state == "held":
        comment.hold(held_for=[])

    answer = send(stranger, article)
    edit(answer, "Other words.")
    Client().post(f"{answer.url}withdraw/")

    assert answer.status_code == 303
    assert answer.url.split(":")[0] != own.url.split(":")[0]
    unchanged = Comment.objects.get(pk=comment.pk)
    assert (unchanged.body, unchanged.status) == ("It helped me.", comment.status)


@pytest.mark.parametrize("published", [True, False])
def test_answer_does_not_tell_whose_words_they_are(client, stranger, article, published):
    send(client, article, email="ann@example.org")
    if published:
        Comment.objects.get().approve(by=None)

    hers = send(stranger, article, email="ann@example.org")
    nobodys = send(Client(REMOTE_ADDR="203.0.113.7"), article, email="guess@example.org")

    assert as_read(page_of(hers)) == as_read(page_of(nobodys))
    edited = [edit(answer, "Quite other words.") for answer in (hers, nobodys)]
    assert [answer.status_code for answer in edited] == [303, 303]
    assert as_read(page_of(hers)) == as_read(page_of(nobodys))
    withdrawn = [Client().post(f"{answer.url}withdraw/") for answer in (hers, nobodys)]
    assert [answer.status_code for answer in withdrawn] == [303, 303]
    assert as_read(page_of(hers)) == as_read(page_of(nobodys))


def test_edit_to_words_said_before_tells_nothing(client, stranger, article):
    send(client, article, email="ann@example.org")
    Comment.objects.get().approve(by=None)
    answer = send(stranger, article, email="ann@example.org", body="A way in.")

    assert edit(answer, "It helped me.").status_code == 303


def test_same_browser_gets_the_same_page_by_its_cookie(client, article):
    answers = [send(client, article) for _time in range(2)]

    assert len({answer.url.split(":")[0] for answer in answers}) == 1
    assert Comment.objects.count() == 1


def test_same_browser_gets_the_same_page_when_the_first_answer_was_lost(article):
    answers = [send(Client(), article, attempt=ATTEMPT) for _time in range(2)]

    assert len({answer.url.split(":")[0] for answer in answers}) == 1
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("attempt", ["", "1", "a" * 65, ATTEMPT[:-1] + "0", "é" * 30])
def test_attempt_of_another_form_or_of_few_letters_shows_nothing(article, attempt):
    send(Client(), article, attempt=ATTEMPT if len(attempt) == len(ATTEMPT) else attempt)

    send(Client(), article, attempt=attempt)

    assert Comment.objects.count() == 2


def test_attempt_with_other_words_is_another_comment(article):
    send(Client(), article, attempt=ATTEMPT)
    send(Client(), article, attempt=ATTEMPT, body="Something else.")

    assert Comment.objects.awaiting_moderation().count() == 2


def test_moderators_read_repeated_words_once(client, stranger, article, client_of, moderator):
    send(client, article)
    send(stranger, article)

    queue = client_of(moderator).get("/admin/comments/queue/").text

    assert queue.count("It helped me.") == 1
    assert sorted(Comment.objects.values_list("status", flat=True)) == ["pending", "repeated"]


def test_repeated_comment_is_told_what_became_of_the_first(client, stranger, article):
    send(client, article)
    answer = send(stranger, article)
    assert "awaits moderation" in page_of(answer)

    Comment.objects.awaiting_moderation().get().approve(by=None)

    assert "is published" in page_of(answer)
    assert Comment.objects.approved().count() == 1
    assert b"awaits moderation" not in stranger.get("/articles/sleep-well/").content


def test_repeated_comment_with_other_words_waits_for_a_moderator(client, stranger, article):
    send(client, article)
    answer = send(stranger, article)

    edit(answer, "Now I say something else.")

    assert Comment.objects.awaiting_moderation().count() == 2


def test_nobody_decides_a_repeated_comment(client, stranger, article, client_of, moderator):
    send(client, article)
    send(stranger, article)
    repeated = Comment.objects.get(status="repeated")

    answer = client_of(moderator).post(
        "/admin/comments/queue/decide/", {"verb": "approve", "item": f"{repeated.pk}-1"}
    )

    assert answer.status_code < 500
    assert not Comment.objects.approved().exists()


def test_repeated_comment_is_forgotten_after_three_months(client, stranger, article):
    send(client, article)
    send(stranger, article)
    kept = Comment.objects.awaiting_moderation().get()

    with after(days=91):
        forget_notices.call()

    assert Comment.objects.get() == kept


def test_erasure_reaches_repeated_comments(client, stranger, article):
    send(client, article)
    send(stranger, article)

    erase("ann@example.org")

    assert not Comment.objects.exclude(body="").exists()
