import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.importing import ImportProblem
from articles.importing.plain_text import parse
from tests.effort import assert_in_proportion

pytestmark = pytest.mark.long

PROSE = "A kettle that is descaled twice a year boils faster and lasts longer than one that is not."


def body_of(text):
    return parse("A title of its own\n\n" + text).body


def test_first_line_is_the_title_and_a_repeated_one_is_dropped():
    article = parse(f"Tea: how to brew it\n\nTEA – How to brew it!\n\n{PROSE}\n")

    assert article.title == "Tea: how to brew it"
    assert article.body == f"<p>{PROSE}</p>"
    assert "line 3" in article.skipped[0]
    assert "repeats the title" in article.skipped[0]


def test_shouted_title_is_calmed_and_reported():
    article = parse(f"DOES HARD WATER SPOIL THE TEA?\n\n{PROSE}")

    assert article.title == "Does hard water spoil the tea?"
    assert "capitals" in article.skipped[0]


def test_short_lines_without_closing_punctuation_are_headings():
    body = body_of(f"{PROSE}\n\nHard water\n\n{PROSE}\n\nSoft Water: Why It Matters\n{PROSE}")

    assert "<h2>Hard water</h2>" in body
    assert "<h2>Soft Water: Why It Matters</h2>" in body
    assert body.count("<p>") == 3


def test_question_alone_is_a_heading_and_within_text_is_not():
    body = body_of(f"Is it safe?\n\n{PROSE}\n\nWould you drink it?\nSome people would.\n\n{PROSE}")

    assert body.startswith("<h2>Is it safe?</h2>")
    assert "<p>Would you drink it?</p>" in body


def test_heading_right_below_a_heading_is_one_level_deeper():
    assert body_of(f"Methods\nThe kettle\n{PROSE}").startswith(
        "<h2>Methods</h2>\n<h3>The kettle</h3>"
    )


def test_last_short_line_is_text_because_nothing_follows():
    assert body_of(f"{PROSE}\n\nThe end").endswith("<p>The end</p>")


def test_several_short_lines_in_a_row_stay_lines():
    body = body_of(f"{PROSE}\n\nKettle Museum\nBoiler Street 3\nOld Town\n\n{PROSE}")

    assert "<p>Kettle Museum<br>Boiler Street 3<br>Old Town</p>" in body


@pytest.mark.parametrize("mark", ["- ", "• ", "  • ", "* ", "– "])
def test_marked_lines_are_a_list(mark):
    body = body_of(f"What to buy:\n{mark}Vinegar\n{mark}A soft cloth\n\n{mark}Water\n\n{PROSE}")

    assert "<p>What to buy:</p>" in body
    assert "<ul><li>Vinegar</li><li>A soft cloth</li><li>Water</li></ul>" in body


def test_labels_of_items_are_strong_when_all_have_one():
    assert body_of("- Vinegar: cheap.\n- Citric acid: no smell.") == (
        "<ul><li><strong>Vinegar:</strong> cheap.</li>"
        "<li><strong>Citric acid:</strong> no smell.</li></ul>"
    )


def test_numbered_lines_are_a_numbered_list():
    assert body_of("1. Fill it.\n2. Boil it,\n   then wait.\n") == (
        "<ol><li>Fill it.</li><li>Boil it, then wait.</li></ol>"
    )


def test_short_unmarked_lines_below_a_colon_are_a_list():
    body = body_of(f"What spoils a kettle:\nHard water\nToo much heat\nNeglect.\n\n{PROSE}")

    assert "<ul><li>Hard water</li><li>Too much heat</li><li>Neglect.</li></ul>" in body


def test_item_titles_keep_their_paragraph_even_glued_to_the_line_before():
    body = body_of(
        f"{PROSE}\n- First Boil\nFill it with vinegar and boil it once. - Second Boil\n"
        f"Fill it with water and boil it again.\nAfter That\n{PROSE}"
    )

    assert (
        "<li><p><strong>First Boil</strong></p><p>Fill it with vinegar and boil it once.</p></li>"
        "<li><p><strong>Second Boil</strong></p><p>Fill it with water and boil it again.</p></li>"
    ) in body
    assert "<h2>After That</h2>" in body


@pytest.mark.parametrize("quote", ['"{}"', "“{}”", "„{}“", "«{}»"])
def test_paragraph_in_quotation_marks_is_a_quote(quote):
    assert body_of(quote.format("Water remembers nothing at all.")) == (
        "<blockquote><p>Water remembers nothing at all.</p></blockquote>"
    )


def test_sentence_with_two_quotes_is_no_quote():
    assert "<blockquote>" not in body_of('"One pot," she said, "and no more."')


def test_single_newlines_between_long_lines_part_paragraphs():
    assert body_of(f"{PROSE}\n{PROSE} {PROSE}").count("<p>") == 2


def test_lines_broken_at_a_fixed_width_are_joined():
    wrapped = (
        "A kettle that is descaled twice a year boils faster and lasts\n"
        "longer than one that is not, and it spares the water its smell\n"
        "of iron, which nobody likes in tea."
    )

    assert body_of(wrapped) == f"<p>{wrapped.replace('\n', ' ')}</p>"


def test_page_furniture_is_left_out_and_named():
    text = (
        f"Tea\n\nShare this article\n\n{PROSE * 3}\n\nComments (0)\n\nLeave a Reply\n\nkettlefan77\n\n"
        "About the Author\nA Tea Expert\n\n© 2020 tea.example Last Updated On: 01/02/2020\n×\n"
        "Wait 9 seconds...!"
    )

    article = parse(text)

    assert article.body == f"<p>{PROSE * 3}</p>"
    notes = "\n".join(article.skipped)
    for line in ("Share this", "Comments (0)", "kettlefan77", "A Tea Expert", "©", "×", "Wait 9"):
        assert line in notes


def test_author_role_and_date_of_the_page_are_taken():
    foot = "About the Author\nAda Leaf\n\nContributing Writer\n\nStay Updated\n\nSubscribe to our newsletter."

    article = parse(
        f"Tea\n\n{PROSE * 3}\n\n{foot}\n© tea.example Last Updated On: 05/18/2015 (0.02)"
    )

    assert article.body == f"<p>{PROSE * 3}</p>"
    assert (article.fields.authors, article.fields.role) == (["Ada Leaf"], "Contributing Writer")
    assert f"{article.fields.updated_at:%Y-%m-%d}" == "2015-05-18"
    notes = "\n".join(article.skipped)
    for note in ("“Ada Leaf”: the author", "Writer”: the role", "(0.02)”: the date of the last"):
        assert note in notes


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Last updated on 2015-05-06", "2015-05-06"),
        ("Updated on: 6 May 2015", "2015-05-06"),
        ("Last Updated: May 6th, 2015", "2015-05-06"),
        ("Updated at 18/05/2015", "2015-05-18"),
        ("Last updated on 06.05.2015", "2015-05-06"),
        ("Last updated on 05/06/2015", ""),  # in May or in June
        ("Last updated on 31.02.2015", ""),
        ("Last updated on May 2015", ""),
    ],
)
def test_only_a_date_that_is_clear_is_taken(written, day):
    article = parse(f"Tea\n\n{PROSE}\n\n© tea.example {written}\n")

    found = article.fields.updated_at
    assert (f"{found:%Y-%m-%d}" if found else "") == day
    assert written in article.skipped[0]


def test_date_in_the_text_is_no_date_of_the_page():
    assert parse(f"Tea\n\nLast updated on 2015-05-06 by us, {PROSE}").fields.updated_at is None


def test_comment_heading_in_the_middle_does_not_end_the_article():
    article = parse(f"Tea\n\n{PROSE}\n\nComments\n\n{PROSE}\n{PROSE}")

    assert article.words > 50


def test_text_is_escaped_and_addresses_become_links():
    assert body_of("If p<0.05 & so on, see https://tea.example/a?b=1&c=2.") == (
        '<p>If p&lt;0.05 &amp; so on, see <a href="https://tea.example/a?b=1&amp;c=2">'
        "https://tea.example/a?b=1&amp;c=2</a>.</p>"
    )


def test_reference_marks_in_round_brackets_are_pointed_out():
    article = parse("Tea\n\nThis was measured.(1,2)\n")

    assert "write [1,2]" in article.skipped[0]


@pytest.mark.parametrize(("text", "reason"), [("", "title"), ("Only a title", "no text")])
def test_text_without_title_or_body_is_refused(text, reason):
    with pytest.raises(ImportProblem, match=reason):
        parse(text)


def test_numbers_capitals_and_underlines_show_the_level_of_headings():
    numbered = body_of(f"1 Use\n{PROSE}\n\n1.2 Doses\n{PROSE}\n\n1.2.3 Of tea\n{PROSE}")
    loud = body_of(f"FIRST PART\n{PROSE}\n\nOf tea\n{PROSE}\n\nSECOND PART\n{PROSE}")
    underlined = body_of(f"Use\n===\n\n{PROSE}\n\nDoses of 3.\n---\n\n{PROSE}")

    assert headings(numbered) == ["<h2>1 Use", "<h3>1.2 Doses", "<h4>1.2.3 Of tea"]
    assert headings(loud) == ["<h2>FIRST PART", "<h3>Of tea", "<h2>SECOND PART"]
    assert headings(underlined) == ["<h2>Use", "<h3>Doses of 3."]
    assert "---" not in underlined


def headings(body):
    return re.findall(r"<h\d>[^<]*", body)


def test_headings_of_one_level_are_told():
    article = parse("Tea\n\n" + "".join(f"Part {name}\n\n{PROSE}\n\n" for name in "abcdef"))

    assert "6 of 6 headings are of one level" in article.skipped[-1]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='Ab .:?-•1)"“”\n\n', max_size=120))
def test_any_text_is_an_article_or_a_clear_problem(text):
    try:
        article = parse(text)
    except ImportProblem as problem:
        assert "\n" not in str(problem)
    else:
        assert article.title
        assert article.words > 0


@pytest.mark.parametrize("unit", ["a:\n", "x" * 70 + "\n", "(0)\n", "- a\n b\n", "http://.", '"\n'])
def test_five_times_the_odd_text_takes_five_times_as_long(unit):
    def read(length):
        parse("Title\n\nA b c.\n\n" + unit * (length // len(unit)))

    assert_in_proportion(read, 5_000)
