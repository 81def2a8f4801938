"""The image library: uploads, the window to choose from, what may go."""

import json
from html import unescape

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from articles.models import Image, Page
from tests import factories

ADD = "/admin/articles/image/add/"
PICK = "/admin/articles/image/pick/"


def typed_image(**fields):
    return {
        "file": factories.picture_file(),
        "title": "A hill",
        "alt_text": "A green hill.",
    } | fields


def test_upload_joins_the_library(client_of, author):
    client_of(author).post(ADD, typed_image())

    image = Image.objects.get()
    assert image.uploaded_by == author
    assert (image.width, image.height) == (60, 40)
    assert "photo" not in image.file.name


def test_title_left_empty_is_made_from_the_file(client_of, author):
    client_of(author).post(ADD, typed_image(title=""))

    assert Image.objects.get().title == "photo"


def test_title_of_a_picture_cannot_be_emptied(client_of, editor):
    image = factories.image(title="A hill")

    client_of(editor).post(f"/admin/articles/image/{image.pk}/change/", typed_image(title=""))

    image.refresh_from_db()
    assert image.title == "A hill"


def test_what_is_no_picture_is_refused_with_the_words_kept(client_of, author):
    upload = SimpleUploadedFile("x.png", b"<svg onload=alert(1)>", content_type="image/png")

    response = client_of(author).post(ADD, typed_image(file=upload))

    assert "This file cannot be read as a picture." in response.text
    assert 'value="A hill"' in response.text
    assert not Image.objects.exists()


def test_empty_file_is_refused(client_of, author):
    response = client_of(author).post(ADD, typed_image(file=SimpleUploadedFile("x.jpg", b"")))

    assert response.status_code == 200
    assert not Image.objects.exists()


def test_picture_needs_words_or_is_decoration(client_of, author):
    client = client_of(author)
    response = client.post(ADD, typed_image(alt_text=""))
    client.post(ADD, typed_image(alt_text="", is_decoration="on"))

    assert "Describe what the picture shows" in response.text
    assert Image.objects.get().alt_text == ""


def test_new_file_replaces_the_old_one_under_a_new_name(
    client_of, editor, django_capture_on_commit_callbacks
):
    image = factories.image()
    old = image.file.name

    with django_capture_on_commit_callbacks(execute=True):
        client_of(editor).post(f"/admin/articles/image/{image.pk}/change/", typed_image())

    image.refresh_from_db()
    assert image.file.name != old
    assert default_storage.exists(image.file.name)
    assert not default_storage.exists(old)


def test_replaced_file_stays_while_a_text_shows_it(
    client_of, editor, django_capture_on_commit_callbacks
):
    image = factories.image()
    old = image.file.name
    factories.draft(body=f'<figure><img src="{image.file.url}" alt=""></figure>')

    with django_capture_on_commit_callbacks(execute=True):
        client_of(editor).post(f"/admin/articles/image/{image.pk}/change/", typed_image())

    assert default_storage.exists(old)


def test_changing_words_keeps_the_file(client_of, editor, django_capture_on_commit_callbacks):
    image = factories.image()
    data = {"title": "Other", "alt_text": "Other"}

    with django_capture_on_commit_callbacks(execute=True):
        client_of(editor).post(f"/admin/articles/image/{image.pk}/change/", data)

    before = image.file.name
    image.refresh_from_db()
    assert (image.title, image.file.name) == ("Other", before)
    assert default_storage.exists(before)


def test_unused_picture_goes_with_its_file(client_of, editor, django_capture_on_commit_callbacks):
    image = factories.image()

    with django_capture_on_commit_callbacks(execute=True):
        client_of(editor).post(f"/admin/articles/image/{image.pk}/delete/", {"post": "yes"})

    assert not Image.objects.exists()
    assert not default_storage.exists(image.file.name)


@pytest.mark.parametrize("use", ["hero", "portrait", "figure", "page"])
def test_used_picture_stays_and_its_uses_are_named(client_of, editor, use):
    image = factories.image()
    figure = f'<figure><img src="{image.file.url}" alt=""></figure>'
    match use:
        case "hero":
            factories.draft(title="The user", hero=image)
        case "portrait":
            factories.author(name="The user", portrait=image)
        case "figure":
            factories.draft(title="The user", body=figure)
        case "page":
            Page.objects.create(title="The user", slug="contact", body=figure)
    client = client_of(editor)

    one = client.post(f"/admin/articles/image/{image.pk}/delete/", {"post": "yes"})
    data = {"action": "delete_selected", "_selected_action": [image.pk], "post": "yes"}
    many = client.post("/admin/articles/image/", data)

    assert "The user" in one.text
    assert "The user" in many.text
    assert Image.objects.filter(pk=image.pk).exists()


def test_library_window_offers_pictures_to_the_script(client_of, author):
    image = factories.image(title='A "hill" <b>', caption="Hill.", credit="N. N.")

    page = client_of(author).get(f"{PICK}?CKEditorFuncNum=-1").text

    data = json.loads(unescape(page.partition('data-picture="')[2].partition('"')[0]))
    assert data["id"] == image.pk
    assert data["url"] == image.file.url
    assert data["caption"] == "Hill. N. N."
    assert "<b>" not in page


def test_library_window_searches(client_of, author):
    factories.image(title="A hill")
    factories.image(title="A lake")
    client = client_of(author)

    page = client.get(f"{PICK}?q=lake").text
    nothing = client.get(f"{PICK}?q=nowhere&p=zzz")

    assert "A lake" in page
    assert "A hill" not in page
    assert nothing.status_code == 200


def test_upload_from_the_window_returns_to_it(client_of, author):
    response = client_of(author).post(f"{ADD}?_pick=1&CKEditorFuncNum=-3", typed_image())

    assert response.url == f"{PICK}?CKEditorFuncNum=-3"


@pytest.mark.long
def test_window_and_list_take_few_queries(client_of, author, django_assert_max_num_queries):
    for _number in range(10):
        factories.image(uploaded_by=author)
    client = client_of(author)
    client.get(PICK)

    with django_assert_max_num_queries(8):
        client.get(PICK)
    with django_assert_max_num_queries(10):
        client.get("/admin/articles/image/")
