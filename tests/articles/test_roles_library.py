"""Who sees and changes pictures, author pages, topics and pages in the admin."""

import pytest

from articles.models import Author, Image
from tests import factories

ADMIN = "/admin/articles"


@pytest.fixture
def own_page(author):
    return factories.author(name="Arthur Reed", user=author)


def typed_author(**fields):
    return {"name": "Arthur Reed", "links-TOTAL_FORMS": 0, "links-INITIAL_FORMS": 0} | fields


def test_moderator_sees_nothing_of_the_desk(client_of, moderator):
    client = client_of(moderator)

    for kind in ("article", "author", "image", "image/pick", "topic", "page"):
        assert client.get(f"{ADMIN}/{kind}/").status_code == 403, kind


def test_stranger_is_sent_to_the_login(client, db):
    for kind in ("article", "author", "image", "image/pick", "topic", "page"):
        response = client.get(f"{ADMIN}/{kind}/")
        assert response.status_code == 302, kind
        assert response.url.startswith("/admin/login/")


def test_author_edits_own_page_but_neither_address_nor_login(client_of, author, own_page, editor):
    data = typed_author(bio="Writes.", slug="taken-over", user=editor.pk)

    client_of(author).post(f"{ADMIN}/author/{own_page.pk}/change/", data)

    own_page.refresh_from_db()
    assert (own_page.bio, own_page.slug, own_page.user) == ("Writes.", "arthur-reed", author)


def test_author_page_of_somebody_else_is_closed_to_authors(client_of, author, own_page):
    other = factories.author(name="Somebody Else")
    client = client_of(author)
    client.post(f"{ADMIN}/author/{other.pk}/change/", typed_author(bio="Defaced."))

    other.refresh_from_db()
    assert client.get(f"{ADMIN}/author/{other.pk}/change/").status_code == 302
    assert client.get(f"{ADMIN}/author/{other.pk}/history/").status_code == 302
    assert "Somebody" not in client.get(f"{ADMIN}/author/").text
    assert other.bio == ""


def test_editor_links_an_author_page_to_a_login(client_of, editor, author):
    page = factories.author(name="Arthur Reed")
    data = typed_author(slug=page.slug, user=author.pk)

    client_of(editor).post(f"{ADMIN}/author/{page.pk}/change/", data)

    assert Author.objects.get(pk=page.pk).user == author


def test_author_with_articles_cannot_be_deleted(client_of, editor):
    page = factories.author()
    factories.draft(by=page)

    response = client_of(editor).post(f"{ADMIN}/author/{page.pk}/delete/", {"post": "yes"})

    assert response.status_code == 200
    assert Author.objects.filter(pk=page.pk).exists()


@pytest.mark.parametrize("kind", ["topic", "page"])
def test_author_adds_no_topics_or_pages(client_of, author, kind):
    assert client_of(author).get(f"{ADMIN}/{kind}/add/").status_code == 403


def test_author_changes_own_upload_while_it_is_in_own_drafts(client_of, author, own_page):
    image = factories.image(uploaded_by=author)
    factories.draft(by=own_page, hero=image)
    data = {"title": "New title", "alt_text": "New text"}

    client_of(author).post(f"{ADMIN}/image/{image.pk}/change/", data)

    image.refresh_from_db()
    assert image.title == "New title"


@pytest.mark.parametrize("use", ["hero", "figure", "portrait", "page", "own article, public"])
def test_author_cannot_change_a_picture_that_others_show(client_of, author, own_page, use):
    image = factories.image(uploaded_by=author, title="As it was")
    figure = f'<figure><img src="{image.file.url}" alt=""></figure>'
    match use:
        case "hero":
            factories.draft(by=factories.author(), hero=image)
        case "figure":
            factories.draft(by=factories.author(), body=figure)
        case "portrait":
            factories.author(portrait=image)
        case "page":
            from articles.models import Page

            Page.objects.create(title="Contact", slug="contact", body=figure)
        case _:
            factories.published_article(by=own_page, hero=image)
    data = {"title": "Defaced", "alt_text": "x", "file": factories.picture_file()}

    response = client_of(author).post(f"{ADMIN}/image/{image.pk}/change/", data)

    image.refresh_from_db()
    assert response.status_code == 403
    assert image.title == "As it was"


def test_author_cannot_change_the_upload_of_somebody_else(client_of, author, editor):
    image = factories.image(uploaded_by=editor, title="As it was")

    response = client_of(author).post(
        f"{ADMIN}/image/{image.pk}/change/", {"title": "Defaced", "alt_text": "x"}
    )

    assert response.status_code == 403


def test_pictures_page_names_only_articles_one_may_see(client_of, author, own_page):
    image = factories.image()
    factories.draft(title="Secret draft", hero=image)
    factories.draft(title="Own draft", by=own_page, hero=image)

    page = client_of(author).get(f"{ADMIN}/image/{image.pk}/change/").text

    assert "Own draft" in page
    assert "Secret draft" not in page


def test_drafts_cannot_be_guessed_through_pictures(client_of, author):
    factories.draft(title="Secret draft", hero=factories.image())

    response = client_of(author).get(f"{ADMIN}/image/?hero_articles__title__startswith=S")

    assert response.status_code in {302, 400}


def test_author_deletes_no_picture(client_of, author):
    image = factories.image(uploaded_by=author)
    client = client_of(author)
    client.post(f"{ADMIN}/image/", {"action": "delete_selected", "_selected_action": [image.pk]})

    assert client.post(f"{ADMIN}/image/{image.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Image.objects.filter(pk=image.pk).exists()
