"""Rows that somebody put in by hand, and requests made to break something: no page, feed or file breaks."""

import json
import xml.etree.ElementTree as ET

import pytest
from django.db import connection
from django.test import Client

from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.long]
BAD = "a\x01\x0b\x0c\x1b\x85\u2028\u202e\ufeff\ufffe\ufdd0\nb"


@pytest.fixture
def article():
    """Everything that readers see of it holds what our own fields would not have kept."""
    article = factories.published_article(
        by=factories.author(), topic=factories.topic(), slug="bad", body="<h2>x</h2><p>y</p>"
    )
    factories.approved_comment(article)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE articles_article SET title = %s, standfirst = %s, plain_text = %s, disclosure = %s,"
            " body_html = %s, key_takeaways = ARRAY[%s]", [BAD, BAD, BAD, BAD, f"<p>{BAD}</p>", BAD]
        )  # fmt: skip
        cursor.execute("UPDATE articles_author SET name = %s, bio = %s", [BAD, BAD])
        cursor.execute("UPDATE articles_topic SET name = %s, description = %s", [BAD, BAD])
        cursor.execute("UPDATE comments_comment SET name = %s, body_html = %s", [BAD, BAD])
    return article


PAGES = [
    "/",
    "/articles/bad/",
    "/topics/{topic}/",
    "/authors/{author}/",
    "/archive/",
    "/search/?q=a",
]
XML = [
    "/feed/",
    "/topics/{topic}/feed/",
    "/authors/{author}/feed/",
    "/articles/bad/comments/feed/",
    "/sitemap.xml",
]
JSON = ["/feed.json", "/topics/{topic}/feed.json", "/authors/{author}/feed.json"]


def got(client, path, article):
    path = path.format(topic=article.topic.slug, author=article.authors.get().slug)
    return client.get(path)


@pytest.mark.parametrize("path", PAGES)
def test_page_is_shown(client, article, path):
    assert got(client, path, article).status_code == 200


@pytest.mark.parametrize("path", XML)
def test_feed_and_sitemap_are_well_formed(client, article, path):
    response = got(client, path, article)

    assert response.status_code == 200
    ET.fromstring(response.content)  # noqa: S314 - our own answer


@pytest.mark.parametrize("path", JSON)
def test_json_is_well_formed(client, article, path):
    json.loads(got(client, path, article).content)


def test_admin_shows_such_rows(client_of, editor, article):
    desk = client_of(editor)

    for path in ("article", f"article/{article.pk}/change", "author", "topic"):
        assert desk.get(f"/admin/articles/{path}/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/articles/a%00b/",
        "/topics/%00/",
        "/%00/",
        "/authors/%00%ED%A0%80/",
        "/admin/articles/article/%00/change/",
        "/search/?q=%00",
        "/search/?q=%ED%A0%80",
        "/search/?q=%EF%BF%BE",
    ],
)
def test_address_with_what_is_no_text_is_answered(client_of, editor, path):
    assert client_of(editor).get(path).status_code in {200, 302, 400, 404}


@pytest.mark.parametrize("name", ["sessionid", "messages", "colophon_comments"])
@pytest.mark.parametrize("value", [r'"abcdefgh\000ij"', r'"\000\000\000\000\000\000\000\000\000"'])
def test_cookie_with_a_nul_is_a_cookie_of_nobody(article, name, value):
    client = Client(headers={"cookie": f"{name}={value}"})

    for path in ("/articles/bad/", "/admin/", "/yours/"):
        assert client.get(path).status_code < 500


@pytest.mark.parametrize(
    "path", ["/newsletter/", "/articles/bad/comments/", "/admin/login/", "/yours/"]
)
def test_form_with_a_nul_is_answered(client, article, path):
    data = dict.fromkeys(
        [
            "email",
            "name",
            "body",
            "username",
            "password",
            "next",
            "parent",
            "page",
            "rendered",
            "reason",
        ],
        "a\x00\ud7ffb",
    )

    assert client.post(path, data).status_code < 500
