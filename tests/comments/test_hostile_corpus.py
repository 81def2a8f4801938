"""Every hostile text becomes plain text that loses nothing legitimate, and HTML of three harmless elements."""

import re
from html.parser import HTMLParser

import pytest

from comments.plain_text import as_html, clean, clean_name
from tests.comments.hostile import PAYLOADS
from tests.effort import assert_cheap

LIMIT = 5000
ALLOWED = {"p": {"dir"}, "br": set(), "a": {"href", "rel"}}


class Reading(HTMLParser):
    """What a browser makes of it: elements, addresses, and the text."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.addresses, self.text = set(), [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.add((tag, *sorted(name for name, _value in attributes)))
        self.text += "\n" if tag == "br" else ""
        self.addresses += [value for name, value in attributes if name == "href"]

    def handle_endtag(self, tag):
        self.text += "\n" if tag == "p" else ""

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        self.elements.add("a comment")

    def handle_decl(self, decl):
        self.elements.add("a declaration")


def test_corpus_is_large():
    assert len({typed for _group, typed, _kept in PAYLOADS}) >= 200


@pytest.mark.long
@pytest.mark.parametrize("number", range(len(PAYLOADS)), ids=lambda n: f"{PAYLOADS[n][0]}-{n}")
def test_payload_harms_nothing_and_loses_nothing(number):
    _group, typed, kept = PAYLOADS[number]
    text = clean(f"before {typed} after", limit=LIMIT)
    html = as_html(text)
    name = clean_name(typed, limit=80)

    assert_cheap(lambda: as_html(clean(typed, limit=LIMIT)))
    assert text.startswith("before")
    assert text.endswith("after")
    assert kept in text
    assert clean(text, limit=LIMIT) == text
    assert clean_name(name, limit=80) == name
    assert "\n" not in name
    reading = Reading(html)
    assert {element[0] for element in reading.elements} <= set(ALLOWED)
    assert all(set(element[1:]) <= ALLOWED[element[0]] for element in reading.elements)
    assert all(re.match("https?://", address, re.IGNORECASE) for address in reading.addresses)
    shown = "…" in reading.text and "…" not in text  # a long address is shown shortened
    assert shown or reading.text.split() == text.split()
