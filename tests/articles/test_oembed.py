"""The card of an article on other sites, as oembed.com has it."""

import re
from html import unescape
from urllib.parse import quote
from xml.etree import ElementTree

import pytest

from tests import factories
from tests.config.api_contract import ask, fields

PAGE = "http://testserver/articles/sleep-well/"


def of(url=PAGE, **parameters):
    more = "".join(f"&{name}={value}" for name, value in parameters.items())
    return f"/oembed?url={quote(url, safe='')}{more}"


@pytest.fixture
def article(db):
    return factories.published_article(
        title="Sleep < well", slug="sleep-well", by=factories.author(name="Ada"),
        hero=factories.image(size=(1600, 900)),
    )  # fmt: skip


def test_card_is_a_frame_without_scripts(client, article):
    card = fields(client, of())

    assert card["type"] == "rich"
    assert (card["title"], card["author_name"]) == ("Sleep < well", "Ada")
    assert 'src="http://testserver/embed/sleep-well/"' in card["html"]
    assert "Sleep &lt; well" in card["html"]
    assert "allow-scripts" not in card["html"]
    assert (card["width"], card["height"]) == (600, 260)
    assert client.get(card["thumbnail_url"]).status_code == 200


def test_xml_says_the_same(client, article):
    answer = ask(client, of(format="xml"))

    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    told = {element.tag: element.text for element in ElementTree.fromstring(answer.content)}  # noqa: S314
    assert told == {name: str(value) for name, value in fields(client, of()).items()}


@pytest.mark.parametrize(("most", "width"), [({"maxwidth": 300}, 300), ({"maxwidth": 5000}, 600)])
def test_card_is_as_wide_as_there_is_place(client, article, most, width):
    card = fields(client, of(**most))

    assert card["width"] == width
    assert f'width="{width}"' in card["html"]


@pytest.mark.parametrize("most", [{"maxwidth": 100}, {"maxheight": 50}])
def test_a_link_stands_where_the_card_has_no_place(client, article, most):
    card = fields(client, of(**most))

    assert card["type"] == "link"
    assert "html" not in card
    assert "thumbnail_url" not in card


@pytest.mark.parametrize("status, address", [
    (400, "/oembed"),
    (400, of(maxwidth="wide")),
    (404, of("http://testserver/articles/nothing/")),
    (404, of("http://testserver/")),
    (404, of("https://elsewhere.example/articles/sleep-well/")),
    (404, of("http://[::1/articles/sleep-well/")),
    (404, of("javascript:alert(1)")),
    (401, of("http://testserver/articles/sleep-well/preview/")),
    (401, of("http://testserver/admin/articles/article/1/change/")),
    (501, of(format="yaml")),
])  # fmt: skip
def test_what_cannot_be_shown_is_answered_as_the_spec_asks(client, article, status, address):
    assert fields(client, address, status=status)["status"] == status


def test_draft_and_withdrawn_article_are_not_there(client, article):
    draft = factories.draft(title="Draft")
    article.withdraw(by=None)

    for address in (PAGE, f"http://testserver/articles/{draft.slug}/"):
        ask(client, of(address), status=404)
    assert client.get("/embed/sleep-well/").status_code == 404


def test_former_address_has_the_card_of_today(client, article):
    article.slug = "sleep-better"
    article.save()

    assert "/embed/sleep-better/" in fields(client, of())["html"]
    assert client.get("/embed/sleep-well/").headers["Location"] == "/embed/sleep-better/"


@pytest.mark.parametrize("suffix", ["?utm_source=x", "#comments", "?a=b#c"])
def test_query_and_fragment_of_the_address_do_not_matter(client, article, suffix):
    assert fields(client, of(PAGE + suffix))["title"] == "Sleep < well"


def test_article_leads_to_its_card(client, article):
    page = client.get("/articles/sleep-well/").text

    [address] = re.findall(r'type="application/json\+oembed"[^>]*href="([^"]*)"', page)
    assert address.startswith("http://testserver/oembed?url=http%3A%2F%2Ftestserver%2F")
    card = fields(client, unescape(address).removeprefix("http://testserver"))
    assert card["title"] == "Sleep < well"


def test_only_the_card_may_stand_in_a_frame_and_it_runs_nothing(client, article):
    card, page = client.get("/embed/sleep-well/"), client.get("/articles/sleep-well/")

    policy = card.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "X-Frame-Options" not in card.headers
    assert "<script" not in card.text
    assert "Set-Cookie" not in card.headers
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
