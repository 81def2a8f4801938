"""People of the site comment under their own flag."""

import pytest
from django.test import Client

from articles.models import Contribution
from comments.models import Comment
from tests import factories
from tests.comments.sending import send
from tests.markup import one_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


def writes(user, article, *, part="author", name="Dr Maren Aldous"):
    person = factories.author(name=name, user=user)
    Contribution.objects.create(article=article, author=person, part=part)
    return person


def test_author_of_the_article_speaks_under_the_authors_name(client_of, article, author):
    writes(author, article)

    send(client_of(author), article, name="Somebody else")

    comment = Comment.objects.get()
    assert (comment.name, comment.badge, comment.account) == ("Dr Maren Aldous", "author", author)
    assert comment.status == "pending"


def test_author_of_another_article_is_a_reader_here(client_of, article, author):
    writes(author, factories.published_article())

    send(client_of(author), article)

    comment = Comment.objects.get()
    assert (comment.name, comment.badge, comment.account) == ("Ann", "", author)


def test_reviewer_is_no_author(client_of, article, author):
    writes(author, article, part="reviewer")

    send(client_of(author), article)

    assert Comment.objects.get().badge == ""


def test_editor_gets_the_badge_and_waits_like_everybody(client_of, article, editor):
    send(client_of(editor), article)

    comment = Comment.objects.get()
    assert (comment.badge, comment.status) == ("editor", "pending")


def test_moderator_is_published_at_once_and_it_is_logged(client_of, article, moderator):
    response = send(client_of(moderator), article)

    comment = Comment.objects.get()
    decision = comment.decisions.get()
    assert (comment.badge, comment.status, comment.decided_by) == (
        "moderator",
        "approved",
        moderator,
    )
    assert (decision.by, decision.became) == (moderator, "approved")
    assert set(response.cookies) == {"colophon_sent"}  # nothing waits
    assert "is published" in one_line(Client().get(response.url).text)


def test_superuser_is_an_editor_who_may_decide(client_of, article):
    boss = factories.user("boss", is_superuser=True)

    send(client_of(boss), article)

    comment = Comment.objects.get()
    assert (comment.badge, comment.status) == ("editor", "approved")


def test_account_without_a_role_is_a_reader(client_of, article):
    send(client_of(factories.user("ann")), article)

    comment = Comment.objects.get()
    assert (comment.badge, comment.status) == ("", "pending")


def test_badge_cannot_be_typed(client, article):
    send(client, article, badge="author", account="1", name="Dr Maren Aldous")

    comment = Comment.objects.get()
    assert (comment.badge, comment.account) == ("", None)


def test_another_site_cannot_speak_for_somebody_logged_in(client_of, article, moderator):
    response = send(client_of(moderator), article, headers={"Sec-Fetch-Site": "cross-site"})

    assert response.status_code == 403
    assert not Comment.objects.exists()


def test_forged_session_is_nobody(client, article):
    client.cookies["sessionid"] = "forged"

    send(client, article)

    assert Comment.objects.get().account is None


def test_same_words_sent_again_are_decided_once(client_of, article, moderator):
    for _ in range(2):
        assert send(client_of(moderator), article).status_code == 303

    assert Comment.objects.get().decisions.count() == 1


def test_preview_shows_the_badge(client_of, article, moderator):
    text = one_line(send(client_of(moderator), article, preview="Preview").text)

    assert '<span class="badge badge--moderator">' in text
