"""What changed between two versions: readable, and bounded in time whatever the texts."""

import random

import pytest

from articles.admin.differences import SECONDS, changes_between
from tests.effort import assert_cheap


def version(body="", **fields):
    return {
        "title": "Stairs",
        "standfirst": "",
        "body": body,
        "key_takeaways": [],
        "references": [],
    } | fields


def passages(old, new):
    (change,) = changes_between(version(old), version(new))
    return [
        (passage.kind, "".join(text for _, text in passage.parts)) for passage in change.passages
    ]


def words(old, new):
    (change,) = changes_between(version(old), version(new))
    return [passage.parts for passage in change.passages]


def paragraphs(count, start=0):
    return "".join(f"<p>Paragraph number {n}.</p>" for n in range(start, start + count))


def test_equal_versions_differ_in_nothing():
    assert changes_between(version("<p>Same.</p>"), version("<p>Same.</p>")) == []


def test_changed_word_is_told_within_its_sentence():
    assert words("<p>Take 50 mg daily.</p>", "<p>Take 5 mg daily.</p>") == [
        (("same", "Take "), ("out", "50"), ("in", "5"), ("same", " mg daily."))
    ]


def test_added_and_removed_paragraphs_are_whole():
    assert passages("<p>One.</p><p>Two.</p>", "<p>One.</p><p>Three!</p><p>Two.</p>") == [
        ("same", "One."),
        ("in", "Three!"),
        ("same", "Two."),
    ]


def test_a_paragraph_that_shares_no_word_is_shown_out_and_in():
    assert passages("<p>Alpha</p>", "<p>Beta</p>") == [("out", "Alpha"), ("in", "Beta")]


def test_unchanged_passages_far_from_a_change_are_counted():
    (change,) = changes_between(
        version(paragraphs(20)), version(paragraphs(10) + "<p>New</p>" + paragraphs(10, start=10))
    )

    assert [(p.kind, p.count) for p in change.passages] == [
        ("skipped", 9), ("same", 0), ("in", 0), ("same", 0), ("skipped", 9),
    ]  # fmt: skip


def test_lists_tables_and_pictures_are_compared_piece_by_piece():
    old = "<ul><li>tea</li><li>salt</li></ul><table><tbody><tr><td>a</td><td>1</td></tr></tbody></table>"
    new = old.replace("salt", "salt free").replace("<td>1", "<td>2")

    assert passages(old, new) == [
        ("same", "tea"),
        ("changed", "salt free"),
        ("changed", "a | 12"),
    ]


def test_changed_formatting_is_said_without_passages():
    (change,) = changes_between(version("<p>Bold.</p>"), version("<p><strong>Bold</strong>.</p>"))

    assert change.passages == []


def test_references_and_takeaways_are_compared():
    old = version(
        references=[{"number": 1, "text": "Smith 2019", "url": ""}], key_takeaways=["Walk."]
    )
    new = version(references=[{"number": 1, "text": "Smith 2020", "url": ""}], key_takeaways=[])

    assert [str(change.label) for change in changes_between(old, new)] == [
        "Key takeaways",
        "References",
    ]


def test_content_kept_by_an_older_release_lacks_fields_without_harm():
    assert changes_between({}, version(title="")) == []


def scattered(count):
    """Many repeated words in no order: what difflib is slowest with."""
    return [random.choice("abcdefgh") for _ in range(count)]


def typed_words(count):
    return " ".join(scattered(count))


HOSTILE = {
    "5,000 words in one paragraph": lambda: f"<p>{typed_words(5000)}</p>",
    "5,000 words in paragraphs": lambda: "".join(f"<p>{typed_words(60)}</p>" for _ in range(84)),
    "paragraphs of one letter": lambda: "".join(f"<p>{letter}</p>" for letter in scattered(5000)),
    "paragraphs of many words": lambda: "".join(f"<p>{typed_words(590)}</p>" for _ in range(40)),
    "many sentences": lambda: "<p>" + ". ".join(scattered(20_000)) + "</p>",
    "no end of a sentence": lambda: "<p>" + "a" * 200_000 + "</p>",
    "nested": lambda: "<blockquote>" * 3000 + typed_words(5000),
}  # fmt: skip


@pytest.mark.parametrize("make", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_texts_are_compared_in_a_second(make, monkeypatch):
    monkeypatch.setattr("articles.admin.differences.SECONDS", SECONDS)
    random.seed(1)
    old, new = version(make()), version(make() + "<p>end</p>")

    assert changes_between(old, new)
    assert_cheap(lambda: changes_between(old, new))
