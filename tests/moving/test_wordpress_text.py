"""Text of WordPress becomes article HTML: classic paragraphs, blocks, shortcodes. Nothing goes in silence."""

import pytest

from articles.rich_text import clean_html
from config.moving.report import Report
from config.moving.sources.wordpress.attachments import Attachments
from config.moving.sources.wordpress.content import Content
from config.moving.sources.wordpress.paragraphs import with_paragraphs


class Heard(Report):
    def __init__(self):
        super().__init__()
        self.lines = []

    def say(self, kind, text):
        super().say(kind, text)
        self.lines.append((kind, " ".join(text.split())))


@pytest.fixture
def report():
    return Heard()


@pytest.fixture
def html(report):
    def convert(text, *, blocks=None, footnotes=""):
        content = Content(report, Attachments("http://old.example"), blocks or {}, footnotes)
        body, _pictures = content.html(text)
        convert.references = content.references
        return clean_html(body)

    return convert


# Classic text


def test_empty_lines_part_paragraphs_and_line_ends_break_them():
    assert clean_html(with_paragraphs("One\ntwo\n\nthree")) == "<p>One<br>two</p>\n<p>three</p>"


def test_no_paragraphs_inside_pre():
    text = "Before\n\n<pre>keep\n\nthe empty line</pre>\n\nAfter"

    assert clean_html(with_paragraphs(text)) == (
        "<p>Before</p>\n<pre>keep\n\nthe empty line</pre>\n<p>After</p>"
    )


def test_line_ends_beside_blocks_break_nothing():
    text = "<ul>\n<li>One</li>\n\n<li>Two\nlines</li>\n</ul>\n<h2>Head</h2>\nText"

    assert clean_html(with_paragraphs(text)) == (
        "<ul><li>One</li><li>Two<br>lines</li></ul>\n<h2>Head</h2>\n<p>Text</p>"
    )


def test_bold_words_stay_in_their_line():
    assert clean_html(with_paragraphs("a\n<b>b</b> c\n\nd")) == (
        "<p>a<br><strong>b</strong> c</p>\n<p>d</p>"
    )


def test_sign_that_is_no_tag_stays():
    assert clean_html(with_paragraphs("p<0.05 and a < b")) == "<p>p&lt;0.05 and a &lt; b</p>"


# Blocks


def test_text_between_blocks_is_classic(html):
    text = "<!-- wp:paragraph --><p>Block</p><!-- /wp:paragraph -->\n\nBare\n\ntext"

    assert html(text) == "<p>Block</p>\n<p>Bare</p>\n<p>text</p>"


def test_reusable_block_is_put_in(html):
    blocks = {"7": "<!-- wp:paragraph --><p>Shared</p><!-- /wp:paragraph -->"}

    assert html('<!-- wp:block {"ref":7} /-->', blocks=blocks) == "<p>Shared</p>"


def test_reusable_block_within_itself_ends(html, report):
    blocks = {"7": '<p>Once</p><!-- wp:block {"ref":7} /-->'}

    assert html('<!-- wp:block {"ref":7} /-->', blocks=blocks) == "<p>Once</p>"
    assert report.lines == [("reusable block", "number 7 is not in the export")]


@pytest.mark.parametrize("attributes", ["", '{"ref":77} ', '{"ref":[1]} ', "{broken} "])
def test_missing_reusable_block_is_named(html, report, attributes):
    assert html(f"<p>a</p><!-- wp:block {attributes}/-->") == "<p>a</p>"
    assert [kind for kind, _text in report.lines] == ["reusable block"]


def test_block_without_content_is_named(html, report):
    html('<!-- wp:latest-posts {"postsToShow":3} /-->')

    assert report.lines == [("block", "latest-posts")]


def test_columns_and_quotes_keep_their_words(html):
    text = (
        '<!-- wp:columns --><div class="wp-block-columns"><!-- wp:column --><div><p>Left</p></div>'
        "<!-- /wp:column --></div><!-- /wp:columns -->"
        "<!-- wp:quote --><blockquote><p>Quoted.</p><cite>Someone</cite></blockquote><!-- /wp:quote -->"
    )

    assert (
        html(text)
        == "<p>Left</p>\n<blockquote><p>Quoted.</p><p><cite>Someone</cite></p></blockquote>"
    )


def test_embed_becomes_a_link_and_is_named(html, report):
    text = (
        '<!-- wp:embed {"url":"https://v.example/1"} --><figure class="wp-block-embed">'
        '<div class="wp-block-embed__wrapper">\nhttps://v.example/1\n</div></figure><!-- /wp:embed -->'
    )

    assert '<a href="https://v.example/1">https://v.example/1</a>' in html(text)
    assert report.lines == [("embed", "https://v.example/1")]


def test_footnotes_become_references(html):
    text = '<p>Known<sup data-fn="ab-1" class="fn"><a href="#ab-1" id="ab-1-link">1</a></sup>.</p>'
    notes = '[{"content":"See <a href=\\"https://a.example/\\">A 2020</a>","id":"ab-1"}]'

    assert html(text + "<!-- wp:footnotes /-->", footnotes=notes) == "<p>Known [1].</p>"
    (reference,) = html.references
    assert (reference.number, reference.text, reference.url) == (
        1,
        "See A 2020",
        "https://a.example/",
    )


@pytest.mark.parametrize(
    "notes", ["", "no json", '{"a":1}', "[1]", 'a:1:{s:4:"evil";O:8:"stdClass":0:{}}']
)
def test_broken_footnotes_stop_nothing(html, notes):
    assert html("<p>Text</p>", footnotes=notes) == "<p>Text</p>"


def test_more_and_page_breaks_part_paragraphs(html, report):
    assert (
        html("One<!--more Read on-->Two<!--nextpage-->Three")
        == "<p>One</p>\n<p>Two</p>\n<p>Three</p>"
    )
    assert report.lines == [("read-more mark", "more Read on"), ("page break", "nextpage")]


# Shortcodes


def test_caption_with_brackets_in_it(html, report):
    html(
        '[caption id="a" width="3"]<a href="http://old.example/l.jpg"><img src="http://old.example/l.jpg" alt="L" />'
        "</a> A [nice] caption[/caption]"
    )
    content = Content(report, Attachments("http://old.example"), {})

    body, pictures = content.html('[caption id="a"]<img src="/l.jpg"> A [nice] caption[/caption]')

    assert "<figcaption> A [nice] caption</figcaption></figure>" in body
    assert len(pictures) == 1


def test_unknown_shortcode_keeps_its_inner_text_and_is_named(html, report):
    assert html('[thing id="3"]inner <b>text</b>[/thing]') == "<p>inner <strong>text</strong></p>"
    assert report.lines == [("unknown shortcode", '[thing id="3"]')]


@pytest.mark.parametrize(
    "text", ["[1]", "[sic]", "[see fig a=3]", "array[i]", "[Editor’s note: no]", "[…]"]
)
def test_words_in_brackets_are_no_shortcodes(html, report, text):
    assert html(f"A {text} b") == f"<p>A {text} b</p>"
    assert report.lines == []


def test_escaped_shortcode_is_text(html, report):
    assert html("Write [[gallery]] here") == "<p>Write [gallery] here</p>"
    assert report.lines == []


def test_form_is_named(html, report):
    assert html('Write to us: [contact-form-7 id="5" title="Contact"]') == "<p>Write to us:</p>"
    assert report.lines == [("form", '[contact-form-7 id="5" title="Contact"]')]


def test_embed_shortcode_and_bare_address_become_links(html, report):
    found = html(
        "[embed]https://v.example/1[/embed]\n\nhttps://v.example/2\n\nSee https://v.example/3 too"
    )

    assert found.count("<a href=") == 2
    assert [kind for kind, _text in report.lines] == ["embed", "embed"]


def test_shortcodes_nested_deeply_end(html):
    assert "core" in html("[a_b]" * 400 + "core" + "[/a_b]" * 400)


# What the cleaning drops


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<script>alert(1)</script>", "script"),
        ("<style>p{color:red}</style>", "style sheet"),
        ('<iframe src="https://v.example/9" title="Film"></iframe>', "embed"),
        ("<select><option>Red</option></select>", "form"),
        ("<svg><text>Drawn words</text></svg>", "drawing"),
        ("<object data='x.swf'>Flash</object>", "embed"),
        ("<textarea>typed", "form"),
        ('<form action="/send"><input name="a">Your name</form>', "form"),
        ('<video src="https://v.example/a.mp4"></video>', "player"),
        ('<a href="javascript:alert(1)">press</a>', "link"),
    ],
)
def test_what_the_cleaning_drops_is_named(html, report, text, kind):
    html(f"<p>Before {text} after</p>")

    assert [heard for heard, _text in report.lines] == [kind]


def test_words_of_buttons_and_forms_stay(html):
    assert "Press me" in html("<p><button>Press me</button></p>")
    assert "Your name" in html('<form action="/send"><label>Your name</label></form>')


def test_links_without_a_host_are_made_whole(html):
    assert html('<a href="/?p=2">short</a> <a href="#x">here</a>') == (
        '<p><a href="http://old.example/?p=2">short</a> <a href="#x">here</a></p>'
    )


def test_emoji_pictures_become_letters(html):
    assert (
        html('Hi <img src="https://s.w.org/images/core/emoji/1.png" class="emoji" alt="😀">')
        == "<p>Hi 😀</p>"
    )
