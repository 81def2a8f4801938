"""The drawn picture of an article."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from articles.pictures.social_cards import Card, draw
from tests import factories

pytestmark = pytest.mark.long

PLAIN = Card(title="Rest", names="Ada", topic="Sleep", site_name="Colophon")


def _path(client, article) -> str:
    """As networks find it: from the page's first og:image."""
    text = client.get(article.get_absolute_url()).text
    return re.search(r'og:image" content="http://testserver([^"]+)"', text)[1]


def _pixels(png: bytes) -> bytes:
    return Image.open(BytesIO(png)).convert("RGB").tobytes()


def test_page_names_a_card_of_the_size_it_says(client, db):
    article = factories.published_article(slug="rest", by=factories.author())

    response = client.get(_path(client, article))

    picture = Image.open(BytesIO(response.content))
    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert response.headers["Content-Type"] == "image/png"
    assert len(response.content) < 100_000
    text = client.get("/articles/rest/").text
    assert '<meta property="og:image:width" content="1200">' in text
    assert f'<meta property="og:image:alt" content="{article.title}">' in text


def test_card_may_be_kept_for_ever_and_shown_elsewhere(client, db):
    response = client.get(_path(client, factories.published_article()))

    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not response.cookies


def test_card_is_drawn_once(client, db, monkeypatch):
    path = _path(client, factories.published_article())
    first = client.get(path).content
    monkeypatch.setattr("articles.pictures.social_cards.draw", None)

    assert client.get(path).content == first
    assert len(default_storage.listdir("cards")[1]) == 1


def test_half_a_card_is_drawn_again(client, db):
    path = _path(client, factories.published_article())
    whole = client.get(path).content
    file = default_storage.listdir("cards")[1][0]
    Path(default_storage.path(f"cards/{file}")).write_bytes(whole[:99])

    assert client.get(path).content == whole
    assert Path(default_storage.path(f"cards/{file}")).read_bytes() == whole


def test_wrong_digest_draws_and_stores_nothing(client, db):
    factories.published_article(slug="rest")

    assert client.get("/articles/rest/card-00000000000000000000.png").status_code == 404
    assert not default_storage.exists("cards")


@pytest.mark.parametrize("change", ["title", "name", "topic"])
def test_card_gets_a_new_address_when_it_shows_something_else(client, db, change):
    ada, topic = factories.author(name="Ada"), factories.topic(name="Sleep")
    article = factories.published_article(title="Rest", by=ada, topic=topic)
    before = _path(client, article)
    row = {"title": article, "name": ada, "topic": topic}[change]
    setattr(row, "title" if change == "title" else "name", "Other")
    row.save()

    assert _path(client, article) != before
    assert client.get(before).status_code == 404


def test_unpublished_article_has_no_card(client, db):
    article = factories.published_article()
    path = _path(client, article)
    client.get(path)
    article.withdraw(by=None)

    digest = re.search(r"card-(\w+)", path)[1]
    assert client.get(path).status_code == 404
    assert client.get(f"/media/cards/{digest}.png").status_code == 404


def test_full_disk_costs_nobody_the_card(client, db, monkeypatch):
    def full(*args, **kwargs):
        raise OSError("No space left on device")

    path = _path(client, factories.published_article())
    monkeypatch.setattr("django.core.files.storage.FileSystemStorage.save", full)

    assert client.get(path).status_code == 200


@pytest.mark.parametrize("title", ["مقال عن النوم", "睡眠", "שינה", "😴", ""])
def test_title_that_the_typeface_cannot_write_is_left_out(title):
    without = Card("", *("Ada", "Sleep", "Colophon"))

    assert _pixels(draw(Card(title, "Ada", "Sleep", "Colophon"))) == _pixels(draw(without))


@pytest.mark.parametrize(
    "title", ["Łódź, Győr, Ørsted", "Сон и магний", "Ύπνος", "Giấc ngủ", "p < 0.05 — 50 µg"]
)
def test_title_in_european_scripts_is_written(title):
    assert _pixels(draw(Card(title, "Ada", "Sleep", "Colophon"))) != _pixels(
        draw(Card("", "Ada", "Sleep", "Colophon"))
    )


@pytest.mark.parametrize(
    "title", ["W" * 200, "a " * 100, "word " * 40, "\u202eRest\u0000\u0007", "e" + "\u0301" * 199]
)
def test_strange_titles_are_drawn_within_the_card(title):
    card = Card(title, "Name " * 300, "Topic " * 20, "Site " * 40)

    picture = Image.open(BytesIO(draw(card))).convert("RGB")

    # Nothing is written in the margins.
    paper = (251, 248, 242)
    for box in ((16, 0, 70, 630), (70, 0, 1200, 40)):
        assert picture.crop(box).getcolors() == [((box[2] - box[0]) * (box[3] - box[1]), paper)]


def test_equal_cards_are_equal_pictures():
    assert draw(PLAIN) == draw(PLAIN)
    assert PLAIN.digest == Card("Rest", "Ada", "Sleep", "Colophon").digest
