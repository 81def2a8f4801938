import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.rich_text import derive, unmatched_marks
from tests.effort import assert_in_proportion


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab <>/h23pul[]1,&;\n", max_size=200))
def test_derive_never_raises_and_its_contents_point_into_the_text(html):
    derived = derive(html, reference_numbers=[1, 2, 3])

    ids = [heading["id"] for heading in derived.contents]
    assert len(ids) == len(set(ids))
    assert all(f' id="{identifier}"' in derived.body_html for identifier in ids)
    assert derived.word_count >= 0
    assert derived.reading_minutes >= 1


def test_headings_get_ids_of_their_words():
    derived = derive("<h2>Salt &amp; water</h2><h3>Größe</h3><h4>Deep</h4><h2>塩</h2>")

    assert derived.contents == [
        {"level": 2, "id": "salt-water", "text": "Salt & water"},
        {"level": 3, "id": "größe", "text": "Größe"},
        {"level": 2, "id": "塩", "text": "塩"},
    ]
    assert '<h4 id="deep">Deep</h4>' in derived.body_html


def test_equal_headings_are_numbered():
    derived = derive("<h2>Dose</h2><h2>Dose 2</h2><h2>Dose</h2><h2>Dose</h2><h2>?</h2>")

    ids = [heading["id"] for heading in derived.contents]
    assert ids == ["dose", "dose-2", "dose-3", "dose-4", "section"]


@pytest.mark.parametrize(
    "heading",
    ["Comments", "References", "Main", "Comment on it", "Ref 3", "Cite-1", "About the author"],
)
def test_heading_never_takes_an_id_of_the_page(heading):
    identifier = derive(f"<h2>{heading}</h2>").contents[0]["id"]

    assert str(identifier).startswith("section-")


def test_marks_link_to_their_references_and_count():
    derived = derive("<p>One [3], both [1, 3].</p>", reference_numbers=[1, 3])

    assert derived.body_html == (
        '<p>One <a href="#ref-3" id="cite-3-1" class="reference-mark" role="doc-noteref">[3]</a>, '
        'both [<a href="#ref-1" id="cite-1-1" class="reference-mark" role="doc-noteref">1</a>, '
        '<a href="#ref-3" id="cite-3-2" class="reference-mark" role="doc-noteref">3</a>].</p>'
    )
    assert derived.citations == {3: 2, 1: 1}


@pytest.mark.parametrize(
    "html",
    ["<p>[2]</p>", "<p>[a]</p>", "<p><code>x[1]</code></p>", '<p><a href="#x">[1]</a></p>',
     "<pre>[1]</pre>"],
)  # fmt: skip
def test_brackets_that_are_no_marks_stay(html):
    assert derive(html, reference_numbers=[1]).body_html == html


def test_unmatched_marks_name_both_sides():
    html = "<h2>[9]</h2><p>[1] [2,7] <code>[8]</code> [4-6]</p>"

    assert unmatched_marks(html, [1, 2, 3, 5]) == ([4, 6, 7], [3])


def test_long_range_is_no_range_of_references():
    assert unmatched_marks("<p>[40-45]</p>", []) == ([40, 41, 42, 43, 44, 45], [])
    assert unmatched_marks("<p>[100-199]</p>", [150]) == ([100, 199], [150])


def test_table_scrolls_and_is_named_by_caption_or_heading():
    table = "<table>{}<tbody><tr><td>x</td></tr></tbody></table>"
    captioned = derive(table.format("<caption>Doses &amp; ages</caption>")).body_html
    under_heading = derive("<h2>Facts</h2>" + table.format("")).body_html
    alone = derive(table.format("")).body_html

    opening = '<div class="table-scroll" role="region" tabindex="0" aria-label="{}"><table>'
    assert captioned.startswith(opening.format("Doses &amp; ages"))
    assert opening.format("Facts") in under_heading
    assert opening.format("Table") in alone


def test_images_load_when_needed_and_outside_links_are_cut_off():
    derived = derive('<p><img src="/media/a.jpg"> <a href="https://a.example">b</a></p>')

    assert 'alt="" loading="lazy" decoding="async">' in derived.body_html
    assert '<a href="https://a.example" rel="noopener">' in derived.body_html


def test_plain_text_keeps_paragraphs_items_and_cells_apart():
    derived = derive(
        "<h2>Head</h2><p>One<br>two &lt; 3</p><ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"
        "<table><tbody><tr><td>d</td><td>e</td></tr><tr><td>f</td></tr></tbody></table>"
    )

    assert derived.plain_text == "Head\n\nOne\ntwo < 3\n\na\nb\nc\n\nd\te\nf"


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("It’s well-known – p<0.05.", 3), ("塩と水", 3), ("a & b", 2), ("— …", 0)],
)
def test_words_are_counted_as_people_count(text, words):
    assert derive(text.replace("<", "&lt;")).word_count == words


def test_reading_time_is_at_least_a_minute():
    assert derive("").reading_minutes == 1
    assert derive("word " * 2300).reading_minutes == 10


@pytest.mark.long
@pytest.mark.parametrize(
    ("piece", "pieces"), [("<", 1_000_000), ("[1]", 300_000), ("[1,", 300_000), ("<h2>x", 200_000)]
)
def test_hostile_text_takes_time_in_step_with_its_length(piece, pieces):
    def read(number):
        derive(piece * number, reference_numbers=range(1, 100))

    assert_in_proportion(read, pieces // 5)


@pytest.mark.parametrize(
    "heading", ["How much?", "Wie viel ist <em>zu viel?</em>", "كم؟", "何故？"]
)
def test_heading_that_asks_is_marked_as_a_question(heading):
    asking = derive(f"<h2>{heading}</h2>").body_html
    telling = derive("<h2>How? Like this</h2>").body_html

    assert ' class="question">' in asking
    assert "class" not in telling


def test_short_quotation_with_its_source_becomes_a_pull_quote():
    said = "<p>Sleep is not a debt.</p><p>— <cite>Rosa Lind</cite></p>"
    plain = [
        "<p>Sleep.</p>",
        "<p>As <cite>Lind</cite> said</p><p>so</p>",
        f"<p>{'long ' * 80}</p>{said}",
    ]

    assert derive(f"<blockquote>{said}</blockquote>").body_html.startswith(
        '<blockquote class="pull-quote"><p>Sleep'
    )
    assert not any(
        "class" in derive(f"<blockquote>{text}</blockquote>").body_html for text in plain
    )


def test_aside_is_a_callout_and_no_landmark():
    derived = derive("<aside><p>Ask first.</p><p>Really.</p></aside>")

    assert derived.body_html == (
        '<aside class="callout" role="note"><p>Ask first.</p><p>Really.</p></aside>'
    )
    assert derived.plain_text == "Ask first.\n\nReally."


@pytest.mark.parametrize(
    "html", ["<td>one</td><td>two</td>", "<tr><td>one</td></tr>two", "<blockquote>one</blockquote>two", "one<hr>two",
             "<ul><li>one</li><li>two</li></ul>", "<table><tr><td>one</td><td>two</td></tr></table>", "one<br>two"],
)  # fmt: skip
def test_words_that_a_tag_holds_apart_stay_apart(html):
    made = derive(html)

    assert made.plain_text.split() == ["one", "two"]
    assert made.word_count == 2
