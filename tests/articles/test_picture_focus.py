"""What must be seen of a picture when it is cut: on cards and heroes, and on other sites."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from PIL import Image as Pillow

from articles.models import Image
from tests import factories
from tests.markup import one_line

BASE_CSS = Path(__file__).parents[2] / "static/css/base.css"


def half_red(*, focus: tuple[int, int]) -> Image:
    """Red in its left half, white in its right one."""
    picture = Pillow.new("RGB", (1600, 400), "white")
    picture.paste((255, 0, 0), (0, 0, 800, 400))
    output = BytesIO()
    picture.save(output, "PNG")
    file = ContentFile(output.getvalue(), name="picture.png")
    return Image.objects.create(title="Red", file=file, focus_x=focus[0], focus_y=focus[1])


def shared(client, image) -> Pillow.Image:
    response = client.get(image.shared_path)
    assert response.headers["Content-Type"] == "image/jpeg"
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    return Pillow.open(BytesIO(response.content))


@pytest.mark.parametrize(("focus", "green"), [((0, 50), 0), ((100, 50), 255)])
def test_cut_for_other_sites_is_around_the_point(client, db, focus, green):
    cut = shared(client, half_red(focus=focus))

    assert cut.size == (762, 400)
    assert all(abs(cut.getpixel(place)[1] - green) < 12 for place in ((5, 5), (756, 394)))


def test_large_picture_is_made_as_small_as_sites_show_it(client, db):
    assert shared(client, factories.image(size=(2000, 1800))).size == (1200, 630)


def test_page_names_the_cut_with_its_size(client, db):
    article = factories.published_article(hero=factories.image(size=(1600, 400), focus_x=20))

    text = one_line(client.get(article.get_absolute_url()).text)

    assert f'og:image" content="http://testserver{article.hero.shared_path}">' in text
    assert 'og:image:width" content="762"' in text


def test_new_point_makes_a_cut_with_a_new_name(
    client, settings, django_capture_on_commit_callbacks, db
):
    image = half_red(focus=(0, 50))
    before = image.shared_path
    client.get(before)
    with django_capture_on_commit_callbacks(execute=True):
        image.focus_x = 100
        image.save()

    assert not list(settings.MEDIA_ROOT.rglob("renditions/shared/0-50/**/*.jpg"))
    assert client.get(before).url == image.shared_path != before
    assert shared(client, image).getpixel((5, 5))[1] > 240


def test_nobody_fills_the_disk_with_cuts(client, settings, db):
    image = factories.image()
    for path in (
        f"7-7/{image.file.name}",
        "50-50/images/2026/01/none.jpg",
        "50-50/../a",
        "50-50/%00",
    ):
        assert client.get(f"/renditions/shared/{path}.jpg").status_code in {302, 404}

    assert not (settings.MEDIA_ROOT / "renditions").exists()


@pytest.mark.parametrize("path", ["/", "article", "/authors/ada/"])
def test_cards_heroes_and_portraits_say_their_point(client, db, path):
    image = factories.image(focus_x=18, focus_y=75)
    ada = factories.author(slug="ada", portrait=image)
    article = factories.published_article(hero=image, by=ada)

    text = client.get(article.get_absolute_url() if path == "article" else path).text

    pictures = re.findall(r"<img [^>]*>", one_line(text))
    assert pictures
    assert all('data-x="20" data-y="80"' in picture for picture in pictures)


def test_picture_without_a_point_is_cut_in_its_middle(client, db):
    factories.published_article(hero=factories.image())

    assert "data-x" not in client.get("/").text


def test_style_sheet_knows_each_point(db):
    text = BASE_CSS.read_text()

    for axis in "xy":
        found = [int(tens) for tens in re.findall(rf'img\[data-{axis}="(\d+)"\]', text)]
        assert found == [tens for tens in range(0, 101, 10) if tens != 50]


@pytest.mark.parametrize(("typed", "kept"), [("30", 30), ("101", 50), ("-1", 50), ("left", 50)])
def test_point_is_typed_in_percent(client_of, editor, typed, kept):
    image = factories.image()
    data = {"title": "Hill", "alt_text": "Hill", "focus_x": typed, "focus_y": "50"}

    page = client_of(editor).post(f"/admin/articles/image/{image.pk}/change/", data)

    image.refresh_from_db()
    assert image.focus_x == kept
    assert (page.status_code == 302) == (kept == 30)
