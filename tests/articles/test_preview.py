"""Unpublished work, for those who may see it."""

import pytest

from articles.models import Contribution
from tests import factories
from tests.markup import links_of


@pytest.fixture
def draft(db):
    return factories.draft(title="In the making", slug="making")


def test_stranger_is_asked_to_log_in_whether_the_article_exists_or_not(client, draft):
    there, not_there = client.get("/articles/making/preview/"), client.get("/articles/x/preview/")

    assert there.status_code == not_there.status_code == 302
    assert there.headers["Location"] == "/admin/login/?next=/articles/making/preview/"
    assert not_there.headers["Location"] == "/admin/login/?next=/articles/x/preview/"


@pytest.mark.parametrize("group", ["", "Author"])
def test_people_without_the_right_find_nothing(group, client_of, draft):
    outsider = factories.user("otto", group=group)

    assert client_of(outsider).get("/articles/making/preview/").status_code == 404


def test_author_previews_own_draft(client_of, author, draft):
    page = factories.author(name="Arthur", user=author)
    Contribution.objects.create(article=draft, author=page)

    text = client_of(author).get("/articles/making/preview/").text

    assert "In the making" in text
    assert "Draft. Readers cannot see this article." in text


def test_editor_previews_a_scheduled_article_with_its_time(client_of, editor):
    article = factories.scheduled_article()

    text = client_of(editor).get(f"/articles/{article.slug}/preview/").text

    assert "Scheduled for" in text
    assert f"/admin/articles/article/{article.pk}/change/" in links_of(text)


def test_preview_is_kept_by_nobody(client_of, editor, draft):
    response = client_of(editor).get("/articles/making/preview/")

    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert b'rel="canonical"' not in response.content


def test_preview_takes_no_comments(client_of, editor, draft):
    response = client_of(editor).get("/articles/making/preview/")

    assert b"<form" not in response.content


def test_preview_of_a_public_article_is_the_article(client_of, editor):
    article = factories.published_article()

    response = client_of(editor).get(f"/articles/{article.slug}/preview/")

    assert response.headers["Location"] == article.get_absolute_url()
