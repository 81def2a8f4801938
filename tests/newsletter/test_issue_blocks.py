"""What stands in an issue's mail: whole addresses, sizes, a text made from blocks, and no hostile markup."""

import re

import pytest

from newsletter.sending.rendering import render_body
from tests import factories

pytestmark = pytest.mark.django_db

BODY = """<p>One <a href="/articles/other/">link</a> and <a href="#part">a part</a>.</p><h2>Part</h2>
<ul><li>first</li><li>second <strong>thing</strong></li></ul><blockquote><p>Said.</p></blockquote>
<figure><img src="{picture}" alt="A &lt;bed&gt;."><figcaption>The bed.</figcaption></figure>
<table><tr><th>Age</th><th>Hours</th></tr><tr><td>30</td><td>7</td></tr></table>"""


@pytest.fixture
def whole_article():
    picture = factories.image(size=(1500, 1000))
    topic = factories.topic(name="Sleep")
    body = BODY.format(picture=picture.file.url)
    return factories.published_article(title="Beds & more", slug="beds", body=body, topic=topic)


def body_with(**block):
    issue = factories.issue()
    issue.blocks.create(**block)
    return render_body(issue)


def test_whole_article_has_whole_addresses_and_sized_pictures(whole_article):
    html = body_with(kind="whole", article=whole_article).html

    assert 'href="http://testserver/articles/other/"' in html
    assert 'href="http://testserver/articles/beds/#part"' in html
    assert re.search(r'src="http://testserver/renditions/mail/images/\S+\.jpg\.jpg"', html)
    assert 'width="600" height="400"' in html
    assert "srcset" not in html
    assert re.findall(r'(?:href|src)="(?!https?://)', html) == []


def test_text_of_a_whole_article_is_made_from_its_blocks(whole_article):
    text = body_with(kind="whole", article=whole_article).text

    assert "Beds & more\nhttp://testserver/articles/beds/" in text
    assert "One link (http://testserver/articles/other/) and a part (http://testserver/articles/beds/#part)." in text  # fmt: skip
    assert "\n## Part\n" in text
    assert "- first\n- second thing" in text
    assert "> Said." in text
    assert "[A <bed>.]" in text
    assert "Age | Hours\n30 | 7" in text


def test_rules_are_inlined_and_those_for_dark_screens_stay(whole_article):
    html = body_with(kind="article", article=whole_article).html

    assert re.search(r'<h1 style="[^"]*font-size: 28px', html)
    assert "@media (prefers-color-scheme: dark)" in html
    assert "<link" not in html


def test_foot_has_what_laws_and_readers_ask_for(settings):
    settings.NEWSLETTER_POSTAL_ADDRESS = "Colophon, 1 Street <x>, Town"
    issue = factories.issue(preheader="Short & clear")

    body = render_body(issue)

    for text in (body.html, body.text):
        assert "https://unsubscribe-url.slot.invalid/" in text
        assert "https://preferences-url.slot.invalid/" in text
        assert f"http://testserver/newsletter/archive/{issue.pk}/" in text
    assert "Short &amp; clear" in body.html
    assert "1 Street &lt;x&gt;, Town" in body.html
    assert "1 Street <x>, Town" in body.text


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_hostile_text_stays_text(text):
    issue = factories.issue(subject=text, intro=text, preheader=text)
    for position, kind in enumerate(("heading", "text", "button")):
        issue.blocks.create(kind=kind, position=position, text=text, url="https://example.org/")

    body = render_body(issue)

    assert "<script" not in body.html
    assert "<img" not in body.html
    assert text in body.text


def test_text_says_its_direction():
    issue = factories.issue(subject="كم ساعة يجب أن تنام؟", intro="")
    issue.blocks.create(kind="text", text="Left to right")

    html = render_body(issue).html

    assert html.count('dir="rtl"') == 1
    assert re.search(r'<div class="rtl" dir="rtl">\s*<h1', html)
    assert re.search(r'<div class="ltr" dir="ltr">\s*<p[^>]*>Left to right', html)


@pytest.mark.parametrize("kind", ["article", "whole"])
def test_article_that_readers_may_not_see_is_left_out(kind):
    issue = factories.issue()
    issue.blocks.create(kind=kind, article=factories.draft(title="Not yet"))

    assert "Not yet" not in render_body(issue).html
    assert "Not yet" not in render_body(issue).text
    assert "Not yet" in render_body(issue, with_unpublished=True).html


def test_picture_without_a_text_is_no_link():
    picture = factories.image(alt_text="")

    html = body_with(kind="picture", image=picture, url="https://example.org/shop").html

    assert 'alt=""' in html
    assert "https://example.org/shop" not in html
