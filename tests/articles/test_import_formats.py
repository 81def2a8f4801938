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
    assert "Buy our cups" in notes
    assert "Subscribe" in notes
    assert "1 image:" in notes


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
    assert (article.headings, article.lists, article.quotes) == (1, 1, 1)


def test_markdown_front_matter_gives_title_and_standfirst():
    article = markdown.parse(
        '---\ntitle: "Tea"\ndescription: Hot and brown.\ntags: x\n---\n\nWater first.\n'
    )

    assert (article.title, article.standfirst) == ("Tea", "Hot and brown.")
    assert article.body == "<p>Water first.</p>"
    assert article.skipped == ["tags in the front matter: not used"]


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
