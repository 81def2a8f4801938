"""Unpublished changes of a public article: who sees them, and who may publish them."""

import pytest

from articles.models import Article
from tests import factories
from tests.factories import working_copy
from tests.markup import links_of, one_line, words_of

LIST = "/admin/articles/article/"


def of(article, page="change"):
    return f"{LIST}{article.pk}/{page}/"


@pytest.fixture
def desk(client_of, editor):
    return client_of(editor)


@pytest.fixture
def ada(db):
    return factories.author(name="Ada Leaf")


@pytest.fixture
def article(ada):
    return factories.published_article(by=ada, title="Salt", slug="salt", topic=factories.topic())


def test_preview_shows_the_working_copy_on_the_real_page(desk, client, article):
    working_copy(article, title="Less salt", body="<p>Less [1].</p>", slug="less",
          references=[{"number": 1, "text": "Smith 2019", "url": ""}])  # fmt: skip

    page = desk.get("/articles/salt/preview/")

    assert "Less salt" in page.text
    assert "Smith 2019" in page.text
    assert "Unpublished changes. Readers see the published version." in page.text
    assert "/articles/salt/preview/" in links_of(desk.get(of(article)).text)
    assert client.get("/articles/salt/preview/").status_code == 302


def test_nothing_of_the_working_copy_reaches_readers(client, article, ada):
    rita = factories.author(name="Rita")
    people = [{"author": pk, "part": "author", "position": 0} for pk in (ada.pk, rita.pk)]
    words = {"title": "Secret", "standfirst": "Secret", "body": "<p>Secret</p>"}
    working_copy(article, **words, people=people, disclosure="Secret", key_takeaways=["Secret"])

    pages = ["/", "/articles/salt/", "/feed/", "/feed.json", "/archive/", "/corrections/",
             article.topic.get_absolute_url(), ada.get_absolute_url(), "/sitemap.xml"]  # fmt: skip
    for page in pages:
        text = client.get(page).text
        assert "Secret" not in text, page
        assert "Rita" not in words_of(text), page
    assert "/articles/salt/" not in client.get("/search/?q=Secret").text
    assert "/articles/salt/" in client.get("/search/?q=Salt").text
    assert client.get(rita.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("page", ["changes", "call-off"])
def test_only_those_who_may_publish_publish_changes(client, client_of, article, author, ada, page):
    ada.user = author
    ada.save()
    changed = working_copy(article, title="Less salt")
    sent = {"working_copy": changed.working_copy_id, "kind": "spelling", "_sure": "on"}

    stranger = client.post(of(article, page), sent)
    own = client_of(author).post(of(article, page), sent | {"_do": "publish"})
    discarded = client_of(author).post(of(article, page), sent | {"_do": "discard"})
    moderator = client_of(factories.user("mo", group="Moderator")).post(of(article, page), sent)

    assert stranger.url.startswith("/admin/login/")
    assert (own.status_code, discarded.status_code, moderator.status_code) == (403, 403, 403)
    assert Article.objects.get().working_copy_id == changed.working_copy_id


def test_foreign_article_answers_as_one_that_does_not_exist(client_of, author, article):
    working_copy(article, title="Secret")
    client = client_of(author)

    there, missing = client.get(of(article, "changes")), client.get(f"{LIST}99999/changes/")

    assert there.status_code == missing.status_code == 302
    assert "Secret" not in client.get(there.url, follow=True).text


def test_author_reads_the_comparison_and_cannot_write(client_of, author, article, ada):
    ada.user = author
    ada.save()
    working_copy(article, title="Less salt")
    client = client_of(author)

    page = client.get(of(article, "changes"))

    assert "<ins>Less salt</ins>" in one_line(page.text)
    assert 'name="_do"' not in page.text
    assert client.post(of(article), {"title": "Mine"}).status_code == 403


def test_picture_of_a_working_copy_cannot_be_deleted(desk, article):
    hero, figure = factories.image(title="Hero"), factories.image(title="Figure")
    working_copy(
        article, hero=hero.pk, body=f'<figure><img src="{figure.file.url}" alt="x"></figure>'
    )

    for image in (hero, figure):
        desk.post(f"/admin/articles/image/{image.pk}/delete/", {"post": "yes"})
        assert type(image).objects.filter(pk=image.pk).exists()


@pytest.mark.long
def test_list_of_many_working_copies_takes_few_queries(desk, django_assert_max_num_queries):
    for _number in range(12):
        working_copy(factories.published_article(by=factories.author()), title="Other")
    desk.get(LIST)

    with django_assert_max_num_queries(14):
        desk.get(LIST)
