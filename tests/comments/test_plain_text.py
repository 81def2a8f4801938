"""What readers type is kept as they typed it, and nothing of it can act."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from comments.plain_text import _MARKUP, as_html, clean, clean_name
from tests.effort import assert_cheap

LIMIT = 5000
MARKUP_BITS = ["<", ">", "</", "<b>", "</b>", "<script>", "</script>", "<a href='", '"', "'", "=", "<!--",
               "-->", "<![x[", "&", "&lt;", "&amp;", "<https://", "br", "p", " ", "\n", "\u0301", "\u202e", "\x00"]  # fmt: skip
markup = st.lists(st.sampled_from(MARKUP_BITS) | st.text(max_size=3)).map("".join)


@pytest.mark.parametrize(
    "typed",
    [
        "Mg < 0.7 mmol/l",
        "p<0.05, p>0.01",
        "I <3 this",
        "a<b",
        "x<y:",
        "x & y",
        '"quotes" and ‘these’',
        "&amp; and &lt;b&gt; and &nbsp;",
        "if (a<b && c>d) return a<b;",
        "dose <small but >10 mg",
        "List<String> names",
        "mail <me@example.org>",
        "<?php echo 1 ?>",
        "wow<!",
        "<![x[",
        "half a tag <img src=x",
        "می‌خواهم",
        "👩‍⚕️ क्‍ष",
        "בְּרֵאשִׁ֖ית བསྒྲུབས",
        "    indented\n\tcode",
    ],
)
def test_text_survives_as_typed(typed):
    assert clean(f"x {typed} y", limit=LIMIT) == f"x {typed} y"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<b>bold</b> and <EM class=x>more</EM>", "bold and more"),
        ("before<script>alert(1)</script>after", "beforeafter"),
        ("<STYLE>p { color: red }</style >x", "x"),
        ("<img src=x onerror=alert('1')>y", "y"),
        ("<svg/onload=alert(1)>y", "y"),
        ("<details open ontoggle=alert(1)>y", "y"),
        ("<iframe src='javascript:alert(1)'></iframe>y", "y"),
        ("a<!-- secret -->b<!doctype html>", "ab"),
        ("one<br>two<br />three", "one\ntwo\nthree"),
        ("<tr><th>one</th><th>two</th><td>three</td></tr>", "one two three"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("see <https://example.org/a?b=1>.", "see https://example.org/a?b=1."),
    ],
)
def test_html_is_taken_out(typed, kept):
    assert clean(typed, limit=LIMIT) == kept


def test_tags_nested_to_make_another_make_none():
    text = clean("<<b>script>alert(1)<<b>/script>", limit=LIMIT)

    assert text == "< script>alert(1)< /script>"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b\x07c\x9fd", "abcd"),
        ("a\u202eb\u2066c\u200fd\u061c", "abcd"),
        ("a\ud800b\udfffc", "abc"),
        ("a\ufffeb\U0010ffffc\ufdd0d\ufeff", "abcd"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("  \n\none  \n\n\n\n\ntwo \n ", "one\n\ntwo"),
        ("Z" + "\u0301" * 500 + "algo", "Z" + "\u0301" * 5 + "algo"),
    ],
)
def test_unwanted_characters_and_idle_space_go(typed, kept):
    assert clean(typed, limit=LIMIT) == kept


def test_text_is_capped():
    assert len(clean("a" * 1_000_000, limit=LIMIT)) == LIMIT


@pytest.mark.long
@pytest.mark.parametrize(
    "unit",
    ["<b>", "<div><i>", "<b ", "<script>", "<![x[", "<!--", "<a href=\"", "<a b='", "&", "&amp;", "<", ">",
     "http://", "http://a)", "\u0301", "\n", " ", "a", "@", ".", "<https://", "[", "<p x="],
)  # fmt: skip
def test_a_megabyte_of_anything_takes_less_than_a_second(unit):
    def read():
        as_html(clean(unit * (1_000_000 // len(unit)), limit=LIMIT))
        clean_name(unit * (1_000_000 // len(unit)), limit=80)

    assert_cheap(read)


@pytest.mark.long
@settings(max_examples=400, deadline=None)
@given(st.text() | markup)
@example("<b><b>")
@example("<a title='<b>'>")
def test_cleaning_twice_is_cleaning_once(typed):
    once = clean(typed, limit=LIMIT)

    assert clean(once, limit=LIMIT) == once


@pytest.mark.long
@settings(max_examples=400, deadline=None)
@given(markup)
def test_no_tag_that_html_knows_is_left(typed):
    assert not _MARKUP.search(clean(typed, limit=LIMIT))


@pytest.mark.long
@settings(max_examples=300, deadline=None)
@given(
    st.text(alphabet=st.characters(exclude_categories=["C", "M", "Z"], exclude_characters="<>&"))
)
def test_text_without_markup_is_untouched(typed):
    assert clean(typed, limit=LIMIT) == typed


@pytest.mark.long
@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | markup)
def test_html_holds_no_tag_but_ours(typed):
    tags = set(re.findall(r"<[^>]*>", as_html(typed)))

    ours = r'</?p>|<p dir="auto">|<br>|</a>|<a href="https?://[^"<>]+" rel="ugc nofollow noopener">'
    assert all(re.fullmatch(ours, tag, re.IGNORECASE) for tag in tags)


@pytest.mark.long
@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | markup)
@example("A<p>\u0300")
def test_a_name_is_one_line_and_stays_the_same(typed):
    name = clean_name(typed, limit=80)

    assert len(name) <= 80
    assert name == " ".join(name.split())
    assert clean_name(name, limit=80) == name


def test_look_alike_letters_of_a_name_fall_together():
    assert clean_name("\u202eＥｄ\u200bｉｔｏｒ\n", limit=80) == "Editor"


def test_paragraphs_and_lines_become_html():
    assert as_html("one\ntwo\n\nthree & <b>") == (
        '<p dir="auto">one<br>two</p>\n<p dir="auto">three &amp; &lt;b&gt;</p>'
    )


@pytest.mark.parametrize(
    ("typed", "href"),
    [
        ("(see https://example.org/a_(b)).", "https://example.org/a_(b)"),
        ("http://example.org/?a=1&b=2, and", "http://example.org/?a=1&amp;b=2"),
        ("https://example.org/«x»", "https://example.org/«x»"),
    ],
)
def test_address_becomes_a_link_without_the_sentence_around_it(typed, href):
    assert f'<a href="{href}" rel="ugc nofollow noopener">' in as_html(typed)


@pytest.mark.parametrize(
    "typed",
    ["javascript:alert(1)", "data:text/html,x", "www.example.org", "http://", "https://[", "ftp://example.org",
     "java\tscript:alert(1)", "me@example.org"],
)  # fmt: skip
def test_anything_but_a_web_address_stays_text(typed):
    assert "<a" not in as_html(typed)


def test_long_address_is_shown_short_and_linked_whole():
    url = "https://example.org/" + "c" * 200

    made = as_html(url)

    assert f'href="{url}"' in made
    assert f">{url[:59]}…</a>" in made


A = "https://example.org/a"


@pytest.mark.parametrize(
    "typed",
    [
        "„{}“ sagt", "“{}”.", "»{}« sagt", "«{}».", "‘{}’", "'{}'", "{}”", "„{}“-Seite",
        "{}。次", "{}、次", "「{}」です", "『{}』、", "（{}）", "《{}》", "{}：", "{}！", "{}？",
        "{}، ثم", "{}؛ ثم", "هل رأيت {}؟", "{}۔", "{}।",
        "({})", "({}),b", "{})", "[{}]", "{}]b", "{}(", "{}(see", "{{{}}}", "[text]({})", "![text]({}).", "[text]({} 'title')",
        "<{}>", "`{}`", "{}`b", '"{}"', "**{}**", "_{}_", "~{}~", "| {}|b",
        "{}\u200bb", "{}\u00adb", "{}\u2060b", "{}\u3000b", "{}\u00a0b", "{}\ufeffb", "{}\u2028b",
        "{}…", "{}...", "{}—", "{}—which", "{} – b", "{}–", "{}!?", "{};", "{}·",
        "‘b’ ({})", "見て {}", "見て：{}", "見て\u200b{}", "👉{}", "👉\ufe0f{}", "…{}", "¿{}?",
    ],
)  # fmt: skip
def test_link_ends_where_the_address_does(typed):
    made = as_html(typed.format(A))

    assert re.findall(r'href="([^"]*)"', made) == [A]
    assert 'rel="ugc nofollow noopener"' in made


@pytest.mark.parametrize(
    "address",
    [
        "https://en.wikipedia.org/wiki/Sleep_(disambiguation)",
        "https://en.wikipedia.org/wiki/A_(b_(c))",
        "https://en.wikipedia.org/wiki/Bose–Einstein_condensate",
        "https://fr.wikipedia.org/wiki/L’Étranger",
        "https://ca.wikipedia.org/wiki/Col·lecció",
        "https://ja.wikipedia.org/wiki/ジョン・レノン",
        "https://fa.wikipedia.org/wiki/می\u200cخواهم",
        "https://例え.example/パス",
        "https://bücher.example/?q=ä",
        "https://[2001:db8::1]:8000/a",
        "HTTPS://Example.ORG/a",
        "https://example.org/?q=https://example.com/",
    ],
)
def test_address_is_linked_whole(address):
    for typed in (address, f"({address}).", f"„{address}“", f"[text]({address})"):
        assert re.findall(r'href="([^"]*)"', as_html(typed)) == [address]


@pytest.mark.parametrize(
    "before",
    ["見て", "ให้", "नमस्ते", "다", "x", "é", "e\u0301", "1", "٣", "見\ufe00", "javascript:x"],
)
def test_address_within_a_word_stays_text(before):
    assert "<a" not in as_html(f"{before}{A}")


def test_two_addresses_of_one_markdown_link_are_two_links():
    made = as_html(f"[{A}]({A}b) and [c]({A}c)")

    assert re.findall(r'href="([^"]*)"', made) == [A, f"{A}b", f"{A}c"]


@pytest.mark.parametrize("text", ["http://_", "http://-", "http://.", "http://(a)", "http://'"])
def test_scheme_alone_is_no_link(text):
    assert "<a" not in as_html(text)


@pytest.mark.long
@pytest.mark.parametrize(
    "unit",
    ["(", ")", "()", "«", "’", "http://", "http:///", "http://a(", "http://a)", "http://a(b)", "http://a“", "http://a((]",
     "http://a℀", "http://[", "[http://a](", "http://a.", "\u0301", "http://a(http://b]"],
)  # fmt: skip
@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("http://a", ""), ("(" * 10_000, ")" * 10_000)]
)
def test_links_are_found_in_proportion_to_the_length(unit, before, after):
    text = before + unit * (50_000 // len(unit)) + after

    assert_cheap(lambda: as_html(text))  # a quadratic one takes a minute
