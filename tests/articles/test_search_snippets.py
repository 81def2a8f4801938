"""What a result shows of a text: whole words, an ellipsis where text is left out, blocks apart."""

import re

import pytest

from articles.search.marking import _Vocabulary, matching, snippet

LONG = "first words of a text that goes on and on without an end in sight " * 3


def shown(text, word="iron"):
    return "".join(piece for piece, _is_match in snippet(text, re.compile(word)))


def test_short_text_is_shown_whole():
    assert shown("Some iron helps.") == "Some iron helps."


def test_snippet_begins_and_ends_at_words_and_says_that_text_is_left_out():
    text = f"{LONG}iron {LONG}"

    words = shown(text).split()

    assert (words[0], words[-1]) == ("…", "…")
    assert set(words[1:-1]) <= {*LONG.split(), "iron"}


def test_beginning_of_a_text_has_no_ellipsis_before_it():
    assert shown(f"Iron and {LONG}", word="Iron").startswith("Iron and first")


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\t"])
def test_headings_items_and_cells_do_not_run_together(gap):
    assert shown(f"Why iron?{gap}Nobody knows") == "Why iron? · Nobody knows"


def test_block_that_ends_where_the_snippet_does_leaves_no_separator():
    assert "·" not in shown(f"{LONG}\n\niron")[:3]


def test_two_places_are_parted_by_one_ellipsis():
    text = f"iron {LONG * 3} zinc"

    assert shown(text, word="iron|zinc").count("…") == 1


def test_word_longer_than_the_room_before_a_match_is_left_out():
    assert shown("x" * 300 + " iron").removeprefix("… ") == "iron"


def test_text_without_spaces_is_cut_between_signs():
    assert shown("睡" * 100 + "鉄" + "眠" * 300, word="鉄").startswith("… 睡")


@pytest.fixture
def vocabulary(monkeypatch):
    """What a process that hears of changes keeps."""
    made = _Vocabulary()
    monkeypatch.setattr("articles.search.marking.kept", lambda *_names: made)


def words_that_match(lexemes, text):
    return {word for word in text.split() if matching(lexemes, [text]).fullmatch(word)}


@pytest.mark.django_db
def test_words_of_a_text_are_asked_for_once(vocabulary, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert words_that_match("'iron'", "Iron IRONS zinc") == {"Iron", "IRONS"}
        assert words_that_match("'zinc' & !'iron'", "zinc Iron IRONS") == {"Iron", "IRONS", "zinc"}

    with django_assert_num_queries(1):
        assert words_that_match("'iron'", "zinc ironing Iron") == {"ironing", "Iron"}


@pytest.mark.django_db
def test_full_memory_of_words_begins_anew(vocabulary, monkeypatch):
    monkeypatch.setattr("articles.search.marking.MOST_KNOWN", 3)

    for text in ["Iron zinc", "zinc irons", "IRON tin ironing copper", "Iron"]:
        assert words_that_match("'iron'", text) == {
            word for word in text.split() if word.lower().startswith("iron")
        }
