"""Addresses made from titles: words in ASCII, whatever script they are written in."""

import re

import pytest
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.models import Article, Author, Page, Topic
from articles.rich_text import derive
from articles.slugs import MOST, anchor_of, slug_of
from tests import factories


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Größe", "grosse"),
        ("Ærø", "aero"),
        ("5–10 mg", "5-10-mg"),
        ("Привет, мир", "privet-mir"),
        ("ΣΟΦΟΣ", "sofos"),
        ("睡眠", "shuimian"),
        ("İstanbul’da ısı", "istanbulda-isi"),
        ("Łódź", "lodz"),
        ("don’t – stop…now", "dont-stop-now"),
        ("Iron/zinc", "iron-zinc"),
        ("“Sleep” 😴 well", "sleep-well"),
        ("🙂", "slight-smile"),
        ("mag\u00adne\u200bsium", "magnesium"),
        ("u\u0308ber", "uber"),
        ("H₂O", "h2o"),
        ("A title in English: what's new?", "a-title-in-english-whats-new"),
    ],
)
def test_title_is_read_out(text, slug):
    assert slug_of(text) == slug


def test_german_site_writes_umlauts_as_germans_do():
    with override_settings(LANGUAGE_CODE="de-at"):
        assert (
            slug_of("Größe über Ärzte, u\u0308ber Straßen") == "groesse-ueber-aerzte-ueber-strassen"
        )


def test_long_title_is_cut_at_a_word():
    assert slug_of("magnesium " * 40) == "-".join(["magnesium"] * 18)
    assert slug_of("x" * 500) == "x" * MOST
    assert slug_of("one two three", most=7) == slug_of("one two", most=7) == "one-two"
    assert slug_of("one two three", most=8) == "one-two"
    assert slug_of("ab cdefghijk", most=6) == "ab-cde"  # the words would be less than half of it
    assert slug_of("abc defghijk", most=6) == "abc-de"


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(categories=None, exclude_categories=[])))
def test_slug_of_any_text_is_one_that_addresses_can_hold(text):
    slug = slug_of(text)

    assert re.fullmatch(r"(?:[a-z0-9]+(?:-+[a-z0-9]+)*)?", slug)
    assert len(slug) <= MOST


def test_all_that_has_an_address_gets_it_by_the_same_rule(db):
    article = factories.draft(title="Größe – 5–10 mg")
    author, topic = factories.author(name="Ærø Łódź"), factories.topic(name="睡眠")
    page = Page.objects.create(title="Über uns – «wir»", body="<p>x</p>")

    assert [row.slug for row in (article, author, topic, page)] == [
        "grosse-5-10-mg", "aero-lodz", "shuimian", "uber-uns-wir",
    ]  # fmt: skip


@pytest.mark.parametrize("model", [Article, Topic, Author, Page])
def test_titles_that_read_out_the_same_are_numbered(db, model):
    name = "title" if model in {Article, Page} else "name"

    rows = [model.objects.create(**{name: title}) for title in ("Größe", "Grosse", "GROẞE")]

    assert [row.slug for row in rows] == ["grosse", "grosse-2", "grosse-3"]


def test_text_that_cannot_be_read_out_gets_an_address_all_the_same(db):
    assert [factories.draft(title=text).slug for text in ("…", "—")] == ["article", "article-2"]


def test_page_avoids_addresses_that_others_answer(db):
    assert Page.objects.create(title="Search", body="<p>x</p>").slug == "search-2"


def test_long_title_of_a_page_fits(db):
    page = Page.objects.create(title="Impressum und Datenschutz " * 7, body="<p>x</p>")

    assert len(page.slug) <= 60
    page.full_clean()


def test_editor_leaves_the_address_of_a_page_to_the_server(client_of, editor):
    desk = client_of(editor)
    assert 'data-prepopulated-fields="[]"' in desk.get("/admin/articles/page/add/").text

    desk.post("/admin/articles/page/add/", {"title": "Über «uns»", "slug": "", "body": "<p>x</p>"})

    assert Page.objects.filter(slug="uber-uns", title="Über «uns»").exists()


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Größe – 5–10 mg", "größe-5-10-mg"),
        ("睡眠", "睡眠"),
        ("What's new?", "whats-new"),
        ("…", "section"),
    ],
)
def test_heading_has_an_anchor_in_its_own_letters(heading, anchor):
    assert derive(f"<h2>{heading}</h2>").contents[0]["id"] == anchor


def test_anchor_of_an_old_link_stays():
    assert anchor_of("How much, U.S. 3.5 mg_x?", most=80) == "how-much-us-35-mg_x"
