"""Whoever wrote a comment sees it under the article while it waits, and nobody else does."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comments.models import Comment
from comments.reading.own import COOKIE, KEPT
from tests import factories
from tests.clock import after
from tests.comments.sending import send

pytestmark = pytest.mark.django_db

ARTICLE = "/articles/sleep-well/"
PAGES = [ARTICLE, f"{ARTICLE}comments/"]


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


def test_answer_to_a_comment_sets_a_signed_cookie_for_its_article(client, article):
    cookie = send(client, article).cookies[COOKIE]

    assert cookie["path"] == ARTICLE
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert cookie["max-age"] == 90 * 24 * 3600
    assert not cookie["secure"]


def test_cookie_is_secure_where_the_site_is(client, article, settings):
    settings.SESSION_COOKIE_SECURE = True

    assert send(client, article).cookies[COOKIE]["secure"]


@pytest.mark.parametrize("path", PAGES)
def test_waiting_comment_is_shown_to_its_writer_only(client, article, path):
    send(client, article, body="My own words.")

    mine, other = client.get(path), Client().get(path)

    text = mine.text
    assert "My own words." in text
    assert "Awaits moderation" in text
    assert mine["Cache-Control"] == "private, no-store"
    assert "Cookie" in mine["Vary"]
    assert "My own words." not in other.text
    assert "no-store" not in other.get("Cache-Control", "")


def test_rejected_comment_tells_its_writer(client, article):
    send(client, article, body="My own words.")
    Comment.objects.get().reject(by=None)

    assert "Not published" in client.get(ARTICLE).text


def test_box_leads_to_the_page_of_the_comment(client, article):
    url = send(client, article).url

    assert f'href="{url.rsplit(":")[0]}' in client.get(ARTICLE).text


def test_cookie_goes_when_nothing_is_left_to_show(client, article):
    send(client, article)
    Comment.objects.get().approve(by=None)

    first = client.get(ARTICLE)
    second = client.get(ARTICLE)

    assert first.cookies[COOKIE]["max-age"] == 0
    assert first.cookies[COOKIE]["path"] == ARTICLE
    assert first["Cache-Control"] == "private, no-store"
    assert "no-store" not in second.get("Cache-Control", "")


def test_comments_of_another_article_stay_there(client, article):
    other = factories.published_article(title="Other")
    send(client, article, body="My own words.")
    client.cookies[COOKIE]["path"] = "/"

    assert "My own words." not in client.get(other.get_absolute_url()).text


def test_several_comments_are_remembered_up_to_a_number(client, article):
    for number in range(KEPT + 2):
        with after(hours=number):
            send(client, article, body=f"Words {number}.")

    text = client.get(ARTICLE).text

    assert "Words 1." not in text
    assert text.count("Awaits moderation") == KEPT
    assert len(client.cookies[COOKIE].value) < 500


@pytest.mark.parametrize("value", ["forged", "", "a:b:c", "\x00", "é" * 50, "x" * 4000])
def test_forged_cookie_shows_nothing_and_breaks_nothing(client, article, value):
    factories.comment(article, body="Hidden words")
    client.cookies[COOKIE] = value

    response = client.get(ARTICLE)

    assert response.status_code == 200
    assert "Hidden words" not in response.text


def test_cookie_of_three_months_ago_is_too_old(client, article):
    send(client, article, body="My own words.")

    with after(days=91):
        assert "My own words." not in client.get(ARTICLE).text


@pytest.mark.parametrize("path", PAGES)
def test_bearer_costs_one_query_more(client, article, path, django_assert_num_queries):
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    usual = len(queries)
    send(client, article)

    with django_assert_num_queries(usual + 1):
        client.get(path)


def test_reading_sets_no_cookie(client, article):
    comment = factories.approved_comment(article)

    for path in (
        *PAGES,
        f"{ARTICLE}comments/{comment.pk}/",
        f"{ARTICLE}comments/{comment.pk}/reply/",
    ):
        assert not client.get(path).cookies
