"""Writers can take a comment back whenever they like."""

import pytest
from django.test import Client

from comments.models import Comment
from comments.writers import links
from config.web.requests.signed_links import make_token
from tests import factories
from tests.clock import after
from tests.comments.mailed import manage, path, verified

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment():
    return factories.approved_comment(
        factories.published_article(title="Sleep well"), body="My own story."
    )


def fresh(comment):
    return Comment.objects.get(pk=comment.pk)


def test_one_press_withdraws_and_the_page_says_so(client, comment):
    response = client.post(manage(comment, "withdraw/"), follow=True)

    assert [status for _url, status in response.redirect_chain] == [303]
    assert "Your comment is deleted" in response.text
    assert fresh(comment).status == "withdrawn"
    assert fresh(comment).body == fresh(comment).body_html == ""


def test_pressing_again_is_harmless(client, comment):
    client.post(manage(comment, "withdraw/"))
    version = fresh(comment).version

    response = client.post(manage(comment, "withdraw/"))

    assert response.status_code == 303
    assert fresh(comment).version == version


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_page_changes_nothing(client, comment, method):
    assert getattr(client, method)(manage(comment, "withdraw/")).status_code == 200

    assert fresh(comment).is_approved


def test_words_are_gone_for_everybody_and_answers_stay(client, comment):
    reply = factories.approved_comment(comment.article, parent=comment, body="So true.")
    comment.refresh_from_db()
    comment.edit("My own short story.", by=None, held_for=[])

    page = client.get(manage(comment, "withdraw/")).text
    client.post(manage(comment, "withdraw/"))

    assert "their replies stay" in page
    assert fresh(comment).is_placeholder
    assert not comment.edits.exists()
    assert reply in Comment.objects.in_thread()


@pytest.mark.parametrize("verb", ["reject", "mark_as_spam", "remove"])
def test_what_is_not_shown_can_be_withdrawn_too(client, comment, verb):
    getattr(comment, verb)(by=None)

    client.post(manage(comment, "withdraw/"))

    assert fresh(comment).status == "withdrawn"


def test_link_is_good_for_ever(client, comment):
    with after(days=3650):
        client.post(manage(comment, "withdraw/"))

    assert fresh(comment).status == "withdrawn"


def test_button_needs_no_cookie_and_no_sign_of_origin(comment):
    client = Client(enforce_csrf_checks=True, headers={"origin": "null"})

    assert client.post(manage(comment, "withdraw/")).status_code == 303


@pytest.mark.parametrize("page", ["", "edit/", "withdraw/"])
def test_tokens_of_another_purpose_and_tampered_ones_open_nothing(client, comment, page):
    writer = verified(comment.email)
    others = [
        links.verify_url(writer),
        links.mute_all_url(writer),
        links.mute_thread_url(writer, comment.article_id),
    ]
    tokens = [path(url).rstrip("/").rpartition("/")[2] for url in others]
    tokens += [make_token("comment", 0), make_token("comments.moderate", comment.pk)]
    good = manage(comment).rstrip("/").rpartition("/")[2]
    tokens += [good[:-1], f"x{good}", good.swapcase(), "nonsense"]

    for token in tokens:
        response = client.post if page else client.get
        assert response(f"/comments/{token}/{page}").status_code == 404

    assert fresh(comment).is_approved


@pytest.mark.parametrize("page", ["", "edit/", "withdraw/"])
def test_pages_are_kept_by_nobody_and_told_to_nobody(client, comment, page):
    response = client.get(manage(comment, page))

    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies
    assert comment.email not in response.text
