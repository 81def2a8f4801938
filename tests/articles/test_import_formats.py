from itertools import pairwise

import pytest

from articles.importing import ImportProblem, html, markdown, parse_file

pytestmark = pytest.mark.long

PAGE = """<!doctype html><html><head><title>Brewing tea | The Kettle</title>
<style>p { color: red }</style></head><body>
<nav><a href="/">Home</a></nav>
<article><h1>Brewing <em>tea</em></h1><p>Water first.</p><h2>Leaves</h2><p>Then leaves.</p>
<img src="https://elsewhere.example/a.png"><aside>Buy our <b>cups</b></aside>
<form><input><p>Subscribe</p></form><script>alert("x")</script></article>
<footer>© The Kettle</footer></body></html>"""


def test_html_page_gives_its_article():
    article = html.parse(PAGE)

    assert article.title == "Brewing tea"
    assert article.body == "<p>Water first.</p>\n<h2>Leaves</h2>\n<p>Then leaves.</p>"
    notes = "\n".join(article.skipped)
    for words in ("Buy our cups", "Subscribe", "Home © The Kettle", "Brewing tea | The Kettle"):
        assert words in notes


def test_html_text_beside_a_nested_article_stays():
    article = html.parse(
        "<article><h1>Tea</h1><p>One.</p><article><p>Two.</p></article><p>Three.</p></article>"
        "<article><p>Four.</p></article>"
    )

    assert article.body == "<p>One.</p>\n<p>Two.</p>\n<p>Three.</p>"
    assert article.skipped == ["<article> “Four.”: another article of the page"]


def test_html_heading_with_a_line_break_is_one_title():
    assert html.parse("<h1>Brewing<br>tea</h1><p>Wait.</p>").title == "Brewing tea"


def test_html_headings_go_down_where_the_title_is_one_of_them():
    article = html.parse("<h1>Tea</h1><p>x</p><h1>Water</h1><p>x</p><h2>Soft</h2><p>x</p>")

    assert "<h2>Water</h2>" in article.body
    assert "<h3>Soft</h3>" in article.body


def test_html_lists_of_word_are_lists():
    item = "<p class=MsoListParagraph style='mso-list:l0 level{} lfo1'><![if !supportLists]><span style='mso-list:Ignore'>{}</span><![endif]>{}</p>"
    items = [item.format(1, "·", "one"), item.format(2, "1.", "deep"), item.format(1, "·", "two")]

    article = html.parse("<h1>Tea</h1>" + "\n".join(items) + "<p>Wait.</p>")

    assert article.body == "<ul><li>one<ol><li>deep</li></ol></li><li>two</li></ul>\n<p>Wait.</p>"


def test_html_footnotes_become_references():
    article = html.parse(
        '<h1>Tea</h1><p>Hot<sup><a href="#n1" id="r1">1</a></sup>.</p>'
        '<ol><li id="n1">On <i>tea</i>, <a href="https://x.example/">x</a> <a href="#r1">↩</a></li></ol>'
    )

    assert article.body == "<p>Hot [1].</p>"
    assert article.footnotes == [(1, "On tea, x", "https://x.example/")]


def test_html_title_element_serves_where_there_is_no_heading():
    article = html.parse("<title>Tea &amp; time</title><body><h2>Tea &amp; Time</h2><p>Wait.</p>")

    assert article.title == "Tea & time"
    assert article.body == "<p>Wait.</p>"


def test_html_element_that_is_never_closed_costs_no_text():
    assert html.parse("<h1>Tea</h1><nav><p>One.</p><p>Two.</p>").words == 2


def test_html_without_title_is_refused():
    with pytest.raises(ImportProblem, match="title"):
        html.parse("<p>Text.</p>")


def test_markdown_with_table_and_raw_html():
    article = markdown.parse(
        "# Tea\n\nHot *water*, ~~cold~~.\n\n## Times\n\n| Leaf | Minutes |\n|---|--:|\n| Green | 2 |\n\n"
        "> Patience.\n\n- a\n- b\n\n<script>alert(1)</script>\n\n<p onclick=x()>Raw</p>\n"
    )

    assert article.title == "Tea"
    assert "<em>water</em>, <s>cold</s>" in article.body
    assert "<h2>Times</h2>" in article.body
    assert "<tr><td>Green</td><td>2</td></tr>" in article.body
    assert "<blockquote><p>Patience.</p></blockquote>" in article.body
    assert "<p>Raw</p>" in article.body
    assert "alert" not in article.body


def test_markdown_front_matter_gives_title_and_standfirst():
    article = markdown.parse(
        '---\ntitle: "Tea"\ndescription: Hot and brown.\ntags: x\n---\n\nWater first.\n'
    )

    assert (article.title, article.fields.standfirst) == ("Tea", "Hot and brown.")
    assert article.body == "<p>Water first.</p>"
    assert article.skipped == ["tags: x: not used"]


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ("'It''s \"tea\"'", 'It\'s "tea"'),
        ('"It\'s \\"tea\\""', 'It\'s "tea"'),
        (">-\n  Tea\n  time", "Tea time"),
        ("|\n  Tea\n  time", "Tea time"),
        ("1984", "1984"),
    ],
)
def test_markdown_values_of_the_front_matter_are_yaml(value, title):
    assert markdown.parse(f"---\ntitle: {value}\n---\nText.\n").title == title


def test_markdown_front_matter_can_be_toml():
    article = markdown.parse('+++\ntitle = "Tea"\ndate = 2001-02-03\ndraft = true\n+++\nText.\n')

    assert article.title == "Tea"
    assert article.fields.is_draft
    assert article.fields.published_at.year == 2001


def test_markdown_text_between_two_lines_is_text():
    article = markdown.parse("---\n\nTea time: now.\n\n---\n\nWater first.\n")

    assert article.title == "Tea time: now."
    assert "Water first." in article.body


def test_markdown_broken_front_matter_is_refused_with_its_line():
    with pytest.raises(ImportProblem, match="line 2"):
        markdown.parse("---\ntitle: Tea: hot\n---\nText.\n")


def test_markdown_front_matter_that_means_endless_text_is_short():
    names = "abcdefghij"
    lines = ["a: &a [x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join([f'*{above}'] * 8)}]" for above, name in pairwise(names)
    ]

    article = markdown.parse("---\n" + "\n".join(lines) + "\n---\nTea\n\nText.\n")

    assert max(map(len, article.skipped)) < 2000


def test_markdown_own_heading_beside_a_title_stays_and_its_twin_does_not():
    matter = "---\ntitle: Tea\n---\n"

    assert markdown.parse(f"{matter}# How\n\nText.").body == "<h2>How</h2>\n<p>Text.</p>"
    assert markdown.parse(f"{matter}# TEA\n\nText.").body == "<p>Text.</p>"


def test_markdown_short_rows_footnotes_and_bare_addresses():
    article = markdown.parse(
        "# Tea\n\n| a | b |\n|---|---|\n| short |\n\nHot[^x], see https://x.example/a_b.\n\n[^x]: On *tea*.\n"
    )

    assert "<tr><td>short</td><td></td></tr>" in article.body
    assert "<p>Hot [1], see" in article.body
    assert '<a href="https://x.example/a_b">' in article.body
    assert article.footnotes == [(1, "On tea.", "")]


def test_markdown_without_heading_takes_its_first_line():
    article = markdown.parse("Tea\n\nWater first.\n")

    assert (article.title, article.body) == ("Tea", "<p>Water first.</p>")


def test_markdown_box_becomes_a_callout():
    box = markdown.parse("# Tea\n\nWater.\n\n> [!WARNING]\n> Hot.\n>\n> Very.\n")
    apart = markdown.parse("# Tea\n\nWater.\n\n> [!NOTE]\n>\n> Hot.\n")
    quote = markdown.parse("# Tea\n\nWater.\n\n> Hot.\n")

    assert box.body.endswith("<aside><p>Hot.</p><p>Very.</p></aside>")
    assert apart.body.endswith("<aside><p>Hot.</p></aside>")
    assert quote.body.endswith("<blockquote><p>Hot.</p></blockquote>")


@pytest.mark.parametrize(("name", "level"), [("a.md", "<h2>"), ("a.HTML", ""), ("a.txt", "")])
def test_ending_of_the_name_decides_the_format(tmp_path, name, level):
    file = tmp_path / name
    file.write_text("<h1>Tea</h1>\n\n## Leaves\n\nWater first.\n")

    article = parse_file(file)

    assert level in article.body
    assert article.title == ("<h1>Tea</h1>" if name == "a.txt" else "Tea")


@pytest.mark.parametrize(
    "text", ["> " * 5000 + "x", "- " * 5000 + "x", "[" * 50_000, "*a **" * 9000]
)
def test_hostile_markdown_is_read_or_refused(text):
    try:
        article = markdown.parse(f"# T\n\n{text}\n")
    except ImportProblem:
        return

    assert article.title == "T"
