"""A picture that was chosen in a form with an error stays chosen, for its owner and for a day."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from articles.models import Article, Image, KeptUpload
from articles.tasks import forget_kept_uploads
from tests import factories
from tests.admin_forms import sent_by
from tests.articles.typed_forms import typed_article
from tests.clock import after

ADD = "/admin/articles/image/add/"
WITHOUT_WORDS = {"title": "", "alt_text": "", "caption": "", "credit": ""}


def refused(client):
    """The form that comes back when a picture was sent without words."""
    return client.post(ADD, {"file": factories.picture_file(), **WITHOUT_WORDS})


def test_file_of_a_refused_form_is_saved_by_the_next_try(client_of, author):
    client = client_of(author)
    page = refused(client)
    assert "“photo.jpeg”" in page.text

    client.post(ADD, sent_by(page, "image_form") | {"alt_text": "A hill."})

    image = Image.objects.get()
    assert (image.title, image.alt_text, image.width) == ("photo", "A hill.", 60)
    assert image.uploaded_by == author
    assert not KeptUpload.objects.exists()


def test_file_stays_through_several_errors_and_is_kept_once(client_of, author):
    client = client_of(author)
    page = refused(client)
    for _try in range(2):
        page = client.post(ADD, sent_by(page, "image_form"))

    assert "“photo.jpeg”" in page.text
    assert KeptUpload.objects.count() == 1


def test_new_file_of_a_picture_stays_chosen_too(client_of, editor):
    image = factories.image()
    address = f"/admin/articles/image/{image.pk}/change/"
    client = client_of(editor)
    data = sent_by(client.get(address), "image_form") | {"alt_text": ""}
    page = client.post(address, data | {"file": factories.picture_file(size=(90, 60))})

    client.post(address, sent_by(page, "image_form") | {"alt_text": "Larger."})

    image.refresh_from_db()
    assert (image.width, image.alt_text) == (90, "Larger.")


def test_file_stays_chosen_when_somebody_else_saved_meanwhile(client_of, editor):
    image = factories.image()
    address = f"/admin/articles/image/{image.pk}/change/"
    client = client_of(editor)
    data = sent_by(client.get(address), "image_form")
    Image.objects.filter(pk=image.pk).update(caption="Theirs.")
    page = client.post(address, data | {"file": factories.picture_file(size=(90, 60))})
    assert "changed this after you opened it" in page.text

    client.post(address, sent_by(page, "image_form"))

    image.refresh_from_db()
    assert (image.width, image.caption) == (90, "Theirs.")


def test_another_file_takes_the_place_of_the_kept_one(client_of, author):
    client = client_of(author)
    data = sent_by(refused(client), "image_form") | {"alt_text": "A hill."}

    client.post(ADD, data | {"file": factories.picture_file(size=(90, 60))})

    assert Image.objects.get().width == 90


def test_kept_file_is_of_no_use_to_anybody_else(client_of, author, editor):
    data = sent_by(refused(client_of(author)), "image_form") | {"alt_text": "A hill."}

    page = client_of(editor).post(ADD, data)

    assert "no longer stored" in page.text
    assert not Image.objects.exists()


@pytest.mark.parametrize("key", ["made-up", "\x00", "x" * 500])
def test_made_up_key_is_an_error_of_the_form(client_of, author, key):
    page = client_of(author).post(ADD, WITHOUT_WORDS | {"alt_text": "A hill.", "file_kept": key})

    assert "no longer stored" in page.text


def test_kept_file_is_checked_again(client_of, author):
    upload = SimpleUploadedFile("x.png", b"<svg onload=alert(1)>")
    kept = KeptUpload.keep(upload, by=author)

    page = client_of(author).post(ADD, WITHOUT_WORDS | {"alt_text": "x", "file_kept": kept.key})

    assert "This file cannot be read as a picture." in page.text
    assert not Image.objects.exists()


def test_what_is_no_picture_is_not_kept(client_of, author):
    client_of(author).post(ADD, WITHOUT_WORDS | {"file": SimpleUploadedFile("x.png", b"nothing")})

    assert not KeptUpload.objects.exists()


def test_nothing_is_kept_in_the_public_folder(client_of, author, settings):
    refused(client_of(author))

    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_kept_files_are_forgotten_after_a_day(client_of, author):
    client = client_of(author)
    data = sent_by(refused(client), "image_form") | {"alt_text": "A hill."}

    with after(days=1):
        page = client.post(ADD, data)
        forget_kept_uploads.call()

    assert "no longer stored" in page.text
    assert not KeptUpload.objects.exists()


def test_newest_few_of_a_person_are_kept(author, editor):
    others = KeptUpload.keep(factories.picture_file(), by=editor)
    for _number in range(KeptUpload.MOST + 1):
        last = KeptUpload.keep(factories.picture_file(), by=author)

    assert KeptUpload.objects.usable_by(author).count() == KeptUpload.MOST
    assert KeptUpload.objects.usable_by(author).filter(pk=last.pk).exists()
    assert KeptUpload.objects.usable_by(editor).get() == others


def test_chosen_hero_stays_in_a_refused_article(client_of, editor):
    client, image = client_of(editor), factories.image(title="A hill")

    page = client.post("/admin/articles/article/add/", typed_article(title="", hero=image.pk))

    assert not Article.objects.exists()
    assert sent_by(page, "article_form")["hero"] == str(image.pk)
    assert image.file.url in page.text
