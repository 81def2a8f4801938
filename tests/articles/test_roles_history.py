"""Who reads an article's revisions and who may bring one back."""

import pytest

from articles.models import Revision
from tests import factories


def path_of(revision, page="", *, article=None):
    key = article.pk if article else revision.article_id
    return f"/admin/articles/article/{key}/history/{revision.pk}/{page}"


@pytest.fixture
def own_page(author):
    return factories.author(name="Arthur Reed", user=author)


@pytest.fixture
def own(own_page):
    return Revision.record(factories.draft(by=own_page, title="Own"), "saved", by=None)


@pytest.fixture
def foreign(db):
    article = factories.draft(by=factories.author(), title="Secret")
    revision = Revision.record(article, "saved", by=None)
    article.title = "Secret still"
    article.save()
    return revision


def answers(client, revision, **where):
    return [
        client.get(path_of(revision, **where)),
        client.get(path_of(revision, **where) + "?with=now"),
        client.post(path_of(revision, "restore/", **where)),
    ]


def test_stranger_is_sent_to_the_login(client, foreign):
    for response in answers(client, foreign):
        assert response.url.startswith("/admin/login/")


def test_moderator_learns_nothing(client_of, moderator, foreign):
    for response in answers(client_of(moderator), foreign):
        assert response.status_code == 403
        assert "Secret" not in response.text


def test_author_reads_and_restores_own_text(client_of, author, own):
    article = own.article
    article.title = "Newer"
    article.save()
    client = client_of(author)

    assert "Restore this text" in client.get(path_of(own)).text
    client.post(path_of(own, "restore/"))

    article.refresh_from_db()
    assert article.title == "Own"


def test_foreign_revision_answers_like_one_that_does_not_exist(client_of, author, own, foreign):
    client = client_of(author)
    missing = client.get(f"/admin/articles/article/{foreign.article_id + 99}/history/1/")

    for response in answers(client, foreign):
        assert (response.status_code, response.url) == (missing.status_code, missing.url)
    assert "Secret" not in client.get("/admin/").text
    foreign.article.refresh_from_db()
    assert foreign.article.title == "Secret still"


def test_foreign_revision_is_not_reached_through_an_own_article(client_of, author, own, foreign):
    client = client_of(author)

    for response in answers(client, foreign, article=own.article):
        assert (response.status_code, response.url) == (302, "/admin/")
    own.article.refresh_from_db()
    assert own.article.title == "Own"


def test_author_reads_but_does_not_restore_what_is_approved(client_of, author, own, editor):
    own.article.approve(by=editor)
    client = client_of(author)
    page = client.get(path_of(own))

    assert page.status_code == 200
    assert "Restore this text" not in page.text
    assert client.post(path_of(own, "restore/")).status_code == 403


def test_editor_restores_any_text(client_of, editor, foreign):
    client_of(editor).post(path_of(foreign, "restore/"))

    foreign.article.refresh_from_db()
    assert foreign.article.title == "Secret"
