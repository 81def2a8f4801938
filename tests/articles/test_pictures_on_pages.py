"""Pictures of the library on pages: in several widths, with their size, the first one fetched early."""

import re

import pytest

from tests import factories
from tests.markup import one_line

SMALLER = ["400w", "800w", "1200w", "1400w"]


@pytest.fixture
def image(db):
    return factories.image(size=(1400, 700))


def pictures(text: str) -> list[dict[str, str]]:
    tags = re.findall(r"<img ([^>]*)>", text)
    return [dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) for tag in tags]


def preloads(text: str) -> list[str]:
    return re.findall(r'<link rel="preload" as="image"[^>]*>', text)


def test_hero_is_offered_in_widths_with_its_size(client, image):
    article = factories.published_article(hero=image)

    (hero,) = pictures(one_line(client.get(article.get_absolute_url()).text))

    assert re.findall(r"\d+w", hero["srcset"]) == SMALLER
    assert hero["src"] == image.file.url
    assert "54rem" in hero["sizes"]
    assert (hero["width"], hero["height"]) == ("1400", "700")
    assert hero["fetchpriority"] == "high"


@pytest.mark.parametrize("place", ["/", "article"])
def test_first_picture_is_preloaded_as_it_will_be_shown(client, image, place):
    article = factories.published_article(hero=image)
    factories.published_article(hero=image, days_ago=5)

    text = one_line(client.get(place if place == "/" else article.get_absolute_url()).text)

    (preload,) = preloads(text)
    first = re.search(r'<source type="image/avif" srcset="([^"]+)" sizes="([^"]+)"', text)
    assert f'type="image/avif" imagesrcset="{first[1]}" imagesizes="{first[2]}"' in preload
    assert first[2] == pictures(text)[0]["sizes"]
    assert "1400w" not in first[1]
    assert 'fetchpriority="high"' in preload
    assert text.index(preload) < text.index("</head>")


def test_small_picture_is_offered_and_preloaded_as_it_is(client, db):
    small = factories.image(size=(300, 200))
    article = factories.published_article(hero=small)

    text = one_line(client.get(article.get_absolute_url()).text)

    assert "srcset" not in text
    assert f'href="{small.file.url}" fetchpriority="high"' in preloads(text)[0]


def test_page_without_picture_preloads_none(client, db):
    article = factories.published_article()

    for path in ("/", article.get_absolute_url()):
        assert preloads(one_line(client.get(path).text)) == []


def test_pictures_of_lists_wait_until_they_are_near(client, image):
    topic = factories.topic(slug="sleep")
    ada = factories.author(slug="ada", portrait=image)
    for days in range(1, 4):
        factories.published_article(hero=image, topic=topic, by=ada, days_ago=days)

    for path in ("/", "/topics/sleep/", "/authors/ada/"):
        shown = pictures(one_line(client.get(path).text))
        assert all(picture["srcset"] and picture["sizes"] for picture in shown)
        # The first card is there at once.
        assert [picture.get("loading") for picture in shown].count("lazy") == len(shown) - 1


def test_portraits_say_how_small_they_stand(client, image):
    ada = factories.author(slug="ada", portrait=image)
    article = factories.published_article(by=ada)

    in_byline, below = pictures(one_line(client.get(article.get_absolute_url()).text))
    (large,) = pictures(one_line(client.get("/authors/ada/").text))

    assert (in_byline["sizes"], below["sizes"], large["sizes"]) == ("2.75rem", "4.5rem", "10rem")
    assert re.findall(r"\d+w", in_byline["srcset"])[0] == "400w"
