"""Pictures of mails are JPEG or PNG, which every mail program shows, also inside another site."""

from io import BytesIO

import pytest
from PIL import Image as Pillow

from articles.pictures.mail_pictures import forget_mail_copy, mail_copy_path
from newsletter.composing.pictures import picture_of
from tests import factories


@pytest.fixture
def image(db):
    return factories.image(size=(1400, 700))


def opened(client, path):
    response = client.get(path)
    return response, Pillow.open(BytesIO(response.content))


@pytest.mark.parametrize(
    ("options", "format_name"),
    [({"kind": "JPEG"}, "JPEG"), ({"kind": "PNG"}, "PNG"), ({"kind": "PNG", "mode": "RGBA"}, "PNG"),
     ({"kind": "WEBP"}, "JPEG"), ({"kind": "WEBP", "mode": "RGBA"}, "JPEG")],
)  # fmt: skip
def test_copy_is_of_a_kind_that_every_program_shows(client, db, options, format_name):
    image = factories.image(size=(1400, 700), **options)

    response, picture = opened(client, mail_copy_path(image.file.name))

    assert picture.format == format_name
    assert picture.size == (1200, 600)
    assert response.headers["Content-Type"] == f"image/{format_name.lower()}"


def test_webmail_of_another_origin_may_show_it(client, image):
    response = client.get(mail_copy_path(image.file.name))

    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "sandbox" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "copy",
    ["{name}", "{name}.png", "{name}.webp", "images/2026/01/none.jpg.jpg", "../secret-key.jpg",
     "renditions/mail/{name}.jpg", "a%00b.jpg"],
)  # fmt: skip
def test_nothing_else_is_made(client, image, settings, copy):
    assert client.get(f"/renditions/mail/{copy.format(name=image.file.name)}").status_code == 404
    assert not (settings.MEDIA_ROOT / "renditions").exists()


def test_copy_goes_with_its_picture(client, image, settings):
    client.get(mail_copy_path(image.file.name))
    assert list(settings.MEDIA_ROOT.glob("renditions/mail/**/*.jpg"))

    forget_mail_copy(image.file.name)

    assert not list(settings.MEDIA_ROOT.glob("renditions/mail/**/*.jpg"))


@pytest.mark.parametrize(
    ("options", "is_copy"),
    [({"size": (1400, 700)}, True), ({"size": (600, 300)}, False), ({"size": (600, 300), "kind": "WEBP"}, True)],
)  # fmt: skip
def test_mail_names_no_webp(db, options, is_copy):
    url = picture_of(factories.image(**options)).url

    assert ("/renditions/mail/" in url) == is_copy
    assert not url.endswith(".webp")
