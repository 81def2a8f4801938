"""The mail of an issue: valid HTML, fit for everybody, and no wider than its window, light and dark."""

import pytest

from newsletter.sending.body import SLOTS, filled
from newsletter.sending.rendering import render_body
from tests import factories
from tests.browser import checkers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

BODY = """<h2>Part</h2><p>One <a href="/articles/other/">link</a>.</p><ul><li>first</li></ul>
<blockquote><p>Said.</p></blockquote><figure><img src="{picture}" alt="A bed."><figcaption>The bed.</figcaption></figure>
<table><tr><th>Age</th><th>Hours</th></tr><tr><td>30</td><td>7</td></tr></table><pre>code</pre><hr>"""
# What mail programs ask for and no standard knows.
KNOWN = ("supported-color-schemes", "mso-hide")


@pytest.fixture
def mail(settings):
    """The HTML of a digest with each kind of block, as it is sent."""
    settings.NEWSLETTER_POSTAL_ADDRESS = "Our Magazine, 1 Example Street"
    picture = factories.image(size=(1600, 900))
    topic = factories.topic(name="Sleep")
    body = BODY.format(picture=picture.file.url)
    article = factories.published_article(title="Beds", topic=topic, hero=picture, body=body)
    issue = factories.issue(kind="digest", subject=f"{'Rindfleisch' * 10}")
    for position, block in enumerate(
        (
            {"kind": "heading", "text": "H" * 100},
            {"kind": "article", "article": article},
            {"kind": "whole", "article": article},
            {"kind": "picture", "image": picture, "url": "https://example.org/"},
            {"kind": "text", "text": "w" * 300},
            {"kind": "button", "text": "Read on", "url": "https://example.org/"},
        )
    ):
        issue.blocks.create(position=position, **block)
    return filled(render_body(issue), dict.fromkeys(SLOTS, "http://testserver/x/")).html


def test_html_is_valid_but_for_what_mail_programs_ask_for(mail, tmp_path):
    checkers.need(checkers.NU, "java")
    (tmp_path / "mail.html").write_text(mail)

    errors = checkers.html_errors(tmp_path)

    unknown = [error for error in errors if not any(name in error for name in KNOWN)]
    assert not unknown, "\n".join(unknown)


def test_mail_is_fit_for_everybody(mail, browser, subtests):
    checkers.need(checkers.AXE)
    for scheme in ("light", "dark"):
        with browser.new_context(color_scheme=scheme) as context:
            page = context.new_page()
            page.route("**/*", lambda route: route.abort())  # pictures: the site does not run
            for width in (360, 700):
                page.set_viewport_size({"width": width, "height": 900})
                page.set_content(mail)
                with subtests.test(f"{width} px, {scheme}"):
                    faults = checkers.axe_violations(page) + page.evaluate(checkers.SIDEWAYS)
                    assert not faults, "\n".join(faults)
