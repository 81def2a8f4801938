"""The one spelling of words: it does not matter how often it is made, nor of how much text at once."""

import unicodedata

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from config.web.text.search_words import read_query, separators

pytestmark = [pytest.mark.django_db(transaction=False), pytest.mark.long]
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)


def spelt(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT web_search_words(%s)", [text])
        return cursor.fetchone()[0].split()


@settings(max_examples=150, deadline=None)
@given(TEXT)
def test_spelling_has_no_signs_and_stays_when_made_again(text):
    words = spelt(text)

    assert spelt(" ".join(words)) == words
    for character in "".join(words):
        assert unicodedata.category(character)[0] not in "PSZ"


@settings(max_examples=150, deadline=None)
@given(TEXT, TEXT)
def test_words_of_two_texts_are_the_words_of_each(one, other):
    assert spelt(f"{one} – {other}") == spelt(one) + spelt(other)


@settings(max_examples=150, deadline=None)
@given(TEXT)
def test_composed_and_decomposed_text_have_the_same_words(text):
    assert spelt(unicodedata.normalize("NFD", text)) == spelt(unicodedata.normalize("NFC", text))


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab3 \"-“”or–'…\u00a0"), max_size=30))
def test_any_query_is_read_by_the_database(text):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT websearch_to_tsquery('simple', web_search_query(%s, %s))", read_query(text)
        )


@pytest.mark.parametrize(
    ("typed", "signs", "terms"),
    [
        ("iron zinc", ["", ""], ["iron", "zinc"]),
        ("iron or -zinc", ["", "or -"], ["iron", "zinc"]),
        ("„iron zinc“ −tin", ["", "-"], ["iron zinc", "tin"]),
        ("omega -3 -x", ["", "", "-"], ["omega", "3", "x"]),
        ("or iron or", ["", ""], ["or", "iron"]),
        ('"open', [""], ["open"]),
    ],
)
def test_query_is_read_as_signs_and_terms(typed, signs, terms):
    assert read_query(typed) == (signs, terms)


def test_separators_hold_no_letter_and_no_digit():
    import re

    pattern = re.compile(f"[{separators()}]")
    letters = [
        chr(code) for code in range(1, 0x30000) if unicodedata.category(chr(code))[0] in "LMN"
    ]

    assert [f"{ord(c):x}" for c in letters if pattern.match(c)] == [
        f"{code:x}" for code in range(0x2B9, 0x2C0)
    ]
