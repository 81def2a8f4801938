"""The browser that sent a comment knows it again under the article, and pages stay the same for everybody."""

import pytest
from django.test import Client

from comments.models import Comment, DiscussionSettings, Writer
from comments.reading.own import COOKIE, SENT_COOKIE
from comments.writers import links
from tests import factories
from tests.clock import after
from tests.comments.sending import send

pytestmark = pytest.mark.django_db

ARTICLE = "/articles/sleep-well/"
OWN = f"{ARTICLE}comments/own/"


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


def own(client):
    return client.get(OWN).json()["own"]


def test_sender_is_told_which_comments_are_own_and_where_to_edit_and_delete_them(client, article):
    factories.approved_comment(article)
    send(client, article)
    comment = Comment.objects.latest("pk")
    comment.approve(by=None)

    (mine,) = own(client)

    assert mine["id"] == comment.pk
    assert client.get(mine["edit"]).status_code == 200
    assert "Delete my comment" in client.get(mine["delete"]).text


def test_others_are_told_of_none_and_cost_no_query(client, article, django_assert_num_queries):
    send(client, article)

    with django_assert_num_queries(0):
        assert own(Client()) == []


def test_answer_is_never_kept_and_for_this_site_alone(client, article):
    send(client, article)

    response = client.get(OWN)

    assert "no-store" in response["Cache-Control"]
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in response


@pytest.mark.parametrize("value", ["forged", "a:b:c", "\x00", "x" * 4000])
def test_forged_cookie_tells_nothing(client, article, value):
    factories.approved_comment(article)
    client.cookies[SENT_COOKIE] = value

    assert own(client) == []


def test_state_is_not_told_to_who_only_typed_the_address(client, article):
    DiscussionSettings.objects.update_or_create(pk=1, defaults={"reject_words": "casino"})
    DiscussionSettings.objects.get().save()
    send(client, article, body="Wait for a moderator.")
    send(client, article, body="Come to the casino.")

    first, second = own(client)

    assert {Comment.objects.get(pk=row["id"]).status for row in (first, second)} == {
        "pending",
        "rejected",
    }
    assert first.keys() == second.keys()
    assert first["edit"]
    assert second["edit"]


def test_edit_is_offered_as_long_as_it_is_possible_and_deleting_always(client, article):
    send(client, article)
    Comment.objects.get().approve(by=None)

    with after(minutes=16):
        (mine,) = own(client)

    assert mine["edit"] == ""
    assert mine["delete"]


def test_withdrawn_and_erased_comments_are_nobodys(client, article):
    for body in ("First words.", "Other words."):
        send(client, article, body=body)
    first, second = Comment.objects.order_by("pk")
    first.withdraw()
    Comment.objects.filter(pk=second.pk).update(email="")

    assert own(client) == []


def test_cookie_goes_to_the_comments_of_its_article_alone_and_no_page_needs_it(client, article):
    cookie = send(client, article).cookies[SENT_COOKIE]
    Comment.objects.get().approve(by=None)
    client.get(ARTICLE)  # the cookie of what waits goes

    page = client.get(f"{ARTICLE}comments/")

    assert cookie["path"] == f"{ARTICLE}comments/"
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert COOKIE not in client.cookies or not client.cookies[COOKIE].value
    assert SENT_COOKIE in client.cookies
    assert page.headers["Cache-Tag"]
    assert "no-store" not in page.get("Cache-Control", "")


def test_comment_that_is_published_at_once_is_own_too(client, article):
    DiscussionSettings.objects.update_or_create(pk=1, defaults={"trust_after": 1})
    factories.approved_comment(article, email="ann@example.org")
    client.post(links.verify_url(Writer.objects.get(email="ann@example.org")))

    response = send(client, article, body="Trusted words.")

    comment = Comment.objects.get(body="Trusted words.")
    assert comment.is_approved
    assert COOKIE not in response.cookies
    assert [row["id"] for row in own(client)] == [comment.pk]
