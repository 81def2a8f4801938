"""A reader sends a comment."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments.models import BODY_LENGTH, Comment
from comments.spam.findings import describe
from comments.writing.forms import CommentForm
from tests import factories
from tests.clock import after
from tests.comments.sending import filled_in, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


def test_comment_waits_for_a_moderator(client, article):
    response = send(client, article)

    comment = Comment.objects.get()
    assert response.status_code == 303
    assert (comment.article, comment.name, comment.email) == (article, "Ann", "ann@example.org")
    assert comment.status == "pending"
    assert comment.network == "127.0.0.0/24"


def test_fields_that_the_form_does_not_have_change_nothing(client, article):
    other = factories.published_article()

    send(client, article, status="approved", approved="1", is_public="1", article=other.pk,
         article_id=other.pk, parent_id="1", decided_by="1", created_at="2001-01-01", badge="editor",
         account="1", path="1", shown_replies="9", version="7", reason="x", body_html="<b>x</b>",
         held_for="[]", digest="x", network="x")  # fmt: skip

    comment = Comment.objects.get()
    assert (comment.status, comment.article, comment.badge) == ("pending", article, "")
    assert (comment.account, comment.parent, comment.path) == (None, None, [comment.pk])
    assert (comment.shown_replies, comment.version, comment.reason) == (0, 1, "")
    assert comment.body_html == '<p dir="auto">It helped me.</p>'
    assert comment.created_at > timezone.now() - timedelta(minutes=1)


@pytest.mark.parametrize("field", ["name", "email", "body"])
def test_missing_field_is_named_and_the_rest_is_kept(client, article, field):
    response = send(client, article, **{field: "  "})

    page = response.text
    kept = {"name": 'value="Ann"', "email": 'value="ann@example.org"', "body": "It helped me."}
    assert response.status_code == 422
    assert f'href="#id_comment_{field}"' in page
    assert f'id="id_comment_{field}_error"' in page
    assert all(text in page for name, text in kept.items() if name != field)
    assert "Sleep well" in page
    assert "no-store" in response["Cache-Control"]
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["nobody", "a@b", "a@example.org\nBcc: x@example.org", "a\x00@example.org", "@" * 50_000],
)
def test_address_that_cannot_be_is_refused(client, article, address):
    assert send(client, article, email=address).status_code == 422


def test_text_that_is_too_long_is_refused_and_kept(client, article):
    text = "word " * 1200

    response = send(client, article, body=text)

    assert response.status_code == 422
    assert "1000 characters too long" in response.text
    assert text in response.text


def test_line_breaks_count_once(client, article):
    response = send(client, article, body="\r\n".join("a" * (BODY_LENGTH // 2)))

    assert response.status_code == 303


def test_comment_of_nothing_but_markup_is_empty(client, article):
    response = send(client, article, body="<script>alert(1)</script><b></b>\u202e\u200f")

    assert response.status_code == 422


def test_comment_keeps_what_was_typed_and_loses_html(client, article):
    send(client, article, name="<b>Ann</b>\u202e & Bo", body='p<0.05 & <i>a<b</i> "so"\x00')

    comment = Comment.objects.get()
    assert comment.name == "Ann & Bo"
    assert comment.body == 'p<0.05 & a<b "so"'
    assert comment.body_html == '<p dir="auto">p&lt;0.05 &amp; a&lt;b &quot;so&quot;</p>'


def test_filled_in_honeypot_keeps_the_comment_out(client, article):
    response = send(client, article, website_address="https://spam.example")

    assert response.status_code == 422
    assert not Comment.objects.exists()


@pytest.mark.parametrize("stamp", ["", "forged"])
def test_form_without_its_time_stamp_is_refused_with_a_new_one(client, article, stamp):
    response = send(client, article, rendered=stamp)

    assert response.status_code == 422
    assert "It helped me." in response.text


def test_form_sent_faster_than_most_people_type_is_held(client, article):
    stamp = CommentForm(article=article).initial["rendered"]

    response = send(client, article, rendered=stamp)

    comment = Comment.objects.get()
    assert response.status_code == 303
    assert comment.status == "held"
    assert "sent in 2 seconds" in describe(comment.held_for)


def test_fast_moderator_is_published_at_once(client_of, article, moderator):
    stamp = CommentForm(article=article).initial["rendered"]

    send(client_of(moderator), article, rendered=stamp)

    assert Comment.objects.get().is_approved


def test_form_of_a_page_that_was_cached_for_hours_is_welcome(client, article):
    data = filled_in(article)

    with after(hours=20):
        response = client.post("/articles/sleep-well/comments/", data)

    assert response.status_code == 303


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "http://testserver"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Referer": "https://evil.example/http://testserver/"}, 403),
    ],
)
def test_form_of_another_site_is_refused(article, headers, status):
    client = Client(enforce_csrf_checks=True)

    response = send(client, article, headers=headers)

    assert response.status_code == status
    assert Comment.objects.exists() is (status == 303)


def test_same_comment_sent_again_is_the_same_comment(client, article):
    send(client, article)
    response = send(client, article, email="Ann@Example.org", body="it  helped\nme.")

    assert response.status_code == 303
    assert Comment.objects.count() == 1


def test_same_words_of_somebody_else_are_another_comment(client, article):
    send(client, article)
    send(client, article, email="bo@example.org")

    assert Comment.objects.count() == 2


def test_comment_sent_again_after_a_decision_stays_decided(client, article):
    send(client, article)
    Comment.objects.get().reject(by=None)

    page = client.get(send(client, article).url).text

    assert "was not published" in page
    assert Comment.objects.get().status == "rejected"


def test_article_that_is_not_public_takes_no_comment(client):
    unpublished = [factories.draft(), factories.scheduled_article()]

    statuses = [send(client, article).status_code for article in unpublished]
    unknown = send(client, Article(slug="unknown", title="x"))

    assert [*statuses, unknown.status_code] == [404] * 3
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "fields", [{"comments_open": False}, {"comments_close_at": timezone.now() - timedelta(hours=1)}]
)
def test_closed_article_gives_the_text_back(client, article, fields):
    Article.objects.filter(pk=article.pk).update(**fields)

    response = send(client, article, body="My long answer.")

    assert response.status_code == 403
    assert "My long answer." in response.text
    assert "closed" in response.text
    assert not Comment.objects.exists()


def test_comment_reaches_an_article_that_was_renamed_meanwhile(client, article):
    data = filled_in(article)
    article.slug = "sleep-better"
    article.save(update_fields=["slug"])

    response = client.post("/articles/sleep-well/comments/", data)

    assert response.status_code == 303
    assert Comment.objects.get().article == article


def test_wish_for_mail_is_kept_and_is_off_by_default(client, article):
    send(client, article)
    send(client, article, body="Tell me.", wants_mail="on")

    wishes = dict(Comment.objects.values_list("body", "wants_mail"))
    assert wishes == {"It helped me.": False, "Tell me.": True}


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(client, article, method):
    assert getattr(client, method)("/articles/sleep-well/comments/").status_code == 405
