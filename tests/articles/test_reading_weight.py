"""What each page makes a phone on a slow line fetch, and that it asks nobody else for it."""

import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings

from tests import factories

STATIC = Path(settings.BASE_DIR, "static")


def _compressed(*paths: str) -> int:
    return sum(len(brotli.compress((STATIC / path).read_bytes())) for path in paths)


@pytest.fixture
def page(client, db):
    """The HTML of an article with all that makes its page load more."""
    picture = '<img src="/media/a.jpg" alt="A bed" width="1600" height="900">'
    article = factories.published_article(body=f"<figure>{picture}</figure>")
    return client.get(article.get_absolute_url()).text


def test_styles_weigh_less_than_15_kilobytes(page):
    assert _compressed(*re.findall(r'rel="stylesheet" href="/static/([^"]+)"', page)) < 15_000


def test_scripts_weigh_less_than_10_kilobytes(page):
    scripts = re.findall(r'<script[^>]* src="/static/([^"]+)"', page)
    assert "js/pictures.js" in scripts
    assert _compressed(*scripts) < 10_000


def test_script_that_holds_up_the_first_paint_is_tiny():
    assert _compressed("js/theme.js") < 600


def test_article_page_has_no_inline_script_or_style(client, db):
    article = factories.published_article(body="<h2>Why?</h2><aside><p>So.</p></aside>")

    text = client.get(article.get_absolute_url()).text

    scripts = re.findall(r"<script\b([^>]*)>(.)", text, re.DOTALL)
    for attributes, following in scripts:
        assert "application/ld+json" in attributes or (
            'src="/static/' in attributes and following == "<"
        )
    assert "<style" not in text
    assert " style=" not in text
    assert not re.search(r'\son\w+="', text)


def test_styles_and_scripts_name_no_other_host():
    for file in [*STATIC.glob("css/*.css"), *STATIC.glob("js/*.js")]:
        assert "//" not in re.sub(r"^\s*//.*|/\*.*?\*/", "", file.read_text(), flags=re.M | re.S)
