import re

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

    offered = re.findall(r" (\d+)w", re.search(r'srcset="([^"]+)"', html)[1])
    assert offered == ["400", "800", "1200", "1400"]
    assert 'sizes="' in html


def test_copies_go_with_their_picture(client, image, settings, django_capture_on_commit_callbacks):
    b"".join(client.get(address(image, WIDTHS[0])))

    with django_capture_on_commit_callbacks(execute=True):
        image.delete()

    assert not list(settings.MEDIA_ROOT.glob("**/*.webp"))
