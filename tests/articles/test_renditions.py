import re
from io import BytesIO

import pytest
from PIL import Image as Pillow

from articles.models import Article
from articles.pictures.renditions import WIDTHS
from tests import factories


@pytest.fixture
def image(db):
    return factories.image(size=(1400, 700))


def address(image, width: int) -> str:
    return f"/renditions/{width}/{image.file.name}.webp"


@pytest.mark.parametrize("width", [400, 1200])
def test_rendition_has_the_width_and_shape_asked_for(client, image, width, tmp_path):
    response = client.get(address(image, width))
    copy = tmp_path / "copy.webp"
    copy.write_bytes(b"".join(response))

    with Pillow.open(copy) as picture:
        assert picture.size == (width, width // 2)
    assert response.headers["Content-Type"] == "image/webp"
    assert "immutable" in response.headers["Cache-Control"]


def test_rendition_is_made_once(client, image, settings):
    for _ in range(2):
        b"".join(client.get(address(image, 800)))

    assert len(list(settings.MEDIA_ROOT.glob("renditions/800/**/*.webp"))) == 1


@pytest.mark.parametrize(
    "path",
    ["/renditions/801/{name}.webp", "/renditions/800/images/2026/01/none.jpg.webp", "/renditions/800/../secret-key.webp",
     "/renditions/800/renditions/800/{name}.webp", "/renditions/800/a%00b.webp", "/renditions/99999999999999/{name}.webp"],
)  # fmt: skip
def test_nothing_else_is_made(client, image, settings, path):
    assert client.get(path.format(name=image.file.name)).status_code == 404
    assert not (settings.MEDIA_ROOT / "renditions").exists()


def test_figure_in_a_text_offers_copies_smaller_than_itself(image):
    body = f'<figure><img src="{image.file.url}" alt="A hill"></figure>'

    html = Article.objects.create(title="Hills", body=body).body_html

    avif, webp = (
        re.findall(r" (\d+)w", offered) for offered in re.findall(r'srcset="([^"]+)"', html)
    )
    assert avif == ["400", "800", "1200"]
    assert webp == ["400", "800", "1200", "1400"]
    assert '<picture><source type="image/avif" ' in html
    assert html.endswith("></picture></a></figure>")
    assert html.count('sizes="') == 2


def test_figure_in_a_feed_is_one_picture(client, image):
    body = f'<figure><img src="{image.file.url}" alt="A hill"></figure>'
    factories.published_article(body=body)

    feed = client.get("/feed/").text

    assert f"http://testserver{image.file.url}" in feed
    assert "srcset" not in feed
    assert "picture&gt;" not in feed


def test_avif_is_a_copy_like_any_other(client, image, settings, django_capture_on_commit_callbacks):
    response = client.get(address(image, 400).replace(".webp", ".avif"))

    with Pillow.open(BytesIO(response.content)) as picture:
        assert (picture.format, picture.size) == ("AVIF", (400, 200))
    assert response.headers["Content-Type"] == "image/avif"
    assert len(list(settings.MEDIA_ROOT.glob("renditions/400/**/*.avif"))) == 1
    with django_capture_on_commit_callbacks(execute=True):
        image.delete()
    assert not list(settings.MEDIA_ROOT.glob("**/*.avif"))


def test_without_an_encoder_for_avif_nothing_is_offered(client, image, monkeypatch):
    monkeypatch.setattr("articles.pictures.renditions.HAS_AVIF", False)
    body = f'<figure><img src="{image.file.url}" alt="A hill"></figure>'

    html = Article.objects.create(title="Hills", body=body).body_html

    assert "avif" not in html
    assert client.get(address(image, 400).replace(".webp", ".avif")).status_code == 404


def test_copies_go_with_their_picture(client, image, settings, django_capture_on_commit_callbacks):
    b"".join(client.get(address(image, WIDTHS[0])))

    with django_capture_on_commit_callbacks(execute=True):
        image.delete()

    assert not list(settings.MEDIA_ROOT.glob("**/*.webp"))
