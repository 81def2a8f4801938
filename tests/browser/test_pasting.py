"""What comes from other programs: pasted text of many kinds, pasted and dropped pictures, keys that lead on."""

import base64

import pytest
from playwright.sync_api import expect

from articles.models import Article, Image
from tests import factories
from tests.browser.conftest import EDITOR, opened_editor, type_on

PASTE = """([html, plain]) => {
  const editor = document.querySelector(".ProseMirror[contenteditable=true]");
  editor.editor.commands.focus("end");
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  data.setData("text/plain", plain || "");
  editor.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
CLEAR = """() => document.querySelector(".ProseMirror[contenteditable=true]").editor.commands.setContent("<p></p>")"""
WRITE = """html => document.querySelector(".ProseMirror[contenteditable=true]").editor.chain().setContent(html).focus("end").run()"""
FILE = """([kind, bytes]) => {
  const editor = document.querySelector(".ProseMirror[contenteditable=true]");
  const data = new DataTransfer();
  const content = Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0));
  data.items.add(new File([content], "red-hill.jpg", {type: "image/jpeg"}));
  const box = editor.getBoundingClientRect();
  const event = kind === "paste"
    ? new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})
    : new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true, clientX: box.x + 20, clientY: box.y + 20});
  editor.dispatchEvent(event);
}"""
GET = """() => document.querySelector(".ProseMirror[contenteditable=true]").editor.getHTML()"""


def word_item(level: int, sign: str, text: str) -> str:
    return (
        f"<p class=MsoListParagraphCxSpMiddle style='text-indent:-18.0pt;mso-list:l0 level{level} lfo1'><![if !supportLists]>"
        f"<span style='font-family:Symbol'><span style='mso-list:Ignore'>{sign}<span style='font:7.0pt \"Times New Roman\"'>"
        f"&nbsp;&nbsp; </span></span></span><![endif]>{text}<o:p></o:p></p>\n"
    )


def note(number: int, text: str) -> str:
    return (
        f"<div style='mso-element:footnote' id=ftn{number}><p class=MsoFootnoteText><a style='mso-footnote-id:ftn{number}'"
        f' href="#_ftnref{number}" name="_ftn{number}"><span>[{number}]</span></a> {text}</p></div>'
    )


def mark(number: int) -> str:
    return f'<a style=\'mso-footnote-id:ftn{number}\' href="file:///C:/clip.htm#_ftn{number}" name="_ftnref{number}"><span><sup>[{number}]</sup></span></a>'


def online_item(level: int, text: str) -> str:
    return f'<div class="ListContainerWrapper"><ul><li data-aria-level="{level}"><p>{text}</p></li></ul></div>'


BODY = "<html><body lang=EN><!--StartFragment-->{}<!--EndFragment--></body></html>"
CASES = {
    "lists of Word": (
        BODY.format(
            "<p class=MsoNormal>Do:<o:p></o:p></p>"
            + word_item(1, "·", "Sleep") + word_item(2, "o", "at night") + word_item(2, "o", "long")
            + word_item(1, "·", "Walk") + "<p class=MsoNormal><o:p>&nbsp;</o:p></p>"
            + word_item(1, "3.", "Third") + word_item(2, "a)", "Below")
        ),
        "<p>Do:</p><ul><li><p>Sleep</p><ul><li><p>at night</p></li><li><p>long</p></li></ul></li><li><p>Walk</p></li></ul>"
        '<ol start="3"><li><p>Third</p><ol><li><p>Below</p></li></ol></li></ol>',
    ),
    "lists of Word in a browser": (
        online_item(1, "One") + online_item(2, "Two") + online_item(1, "Three"),
        "<ul><li><p>One</p><ul><li><p>Two</p></li></ul></li><li><p>Three</p></li></ul>",
    ),
    "soft breaks": (
        "<p class=MsoNormal>One<br>\ntwo</p><br clear=all style='page-break-before:always'><p>Three</p>",
        "<p>One<br>two</p><p>Three</p>",
    ),
    "Google Docs": (
        '<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><h1 dir="ltr"><span style="font-weight:400">Results'
        '</span></h1><br><p dir="ltr"><span style="font-weight:700;font-style:italic">Bold</span><span style="font-weight:400"> plain'
        '</span><a href="https://example.org/" style="text-decoration:none"><span style="text-decoration:underline">link</span></a></p>'
        '<ul><li dir="ltr" aria-level="1"><p dir="ltr" role="presentation"><span>One</span></p></li><ul><li aria-level="2"><p><span>Two'
        "</span></p></li></ul></ul></b>",
        '<h2>Results</h2><p><strong><em>Bold</em></strong> plain<a href="https://example.org/">link</a></p>'
        "<ul><li><p>One</p><ul><li><p>Two</p></li></ul></li></ul>",
    ),
    "a page of the web": (
        '<nav>Home</nav><div class="text"><p onclick="x()">Words</p><img src="https://example.org/a.png" alt="x"><form><input><button>Send'
        '</button></form><script>alert(1)</script><h5>Small</h5></div>',
        "<p>Words</p><h4>Small</h4>",
    ),
}  # fmt: skip
MARKDOWN = "## Sleep\n\nSome **bold** words, [a link](https://example.org/).\n\n1. one\n2. two\n"


@pytest.fixture
def desk(log_in):
    page = log_in("Author")
    page.goto("/admin/articles/article/add/")
    page.fill("[name=title]", "Stairs count too")
    return opened_editor(page)


def written(page) -> str:
    """The editor's text without what only an editor writes."""
    html = page.evaluate(GET)
    for rest in (
        ' rel="noopener noreferrer nofollow"',
        ' target="_blank"',
        ' class="figure"',
        ' data-type="decimal"',
    ):
        html = html.replace(rest, "")
    return html.removesuffix("<p></p>").replace('<br class="ProseMirror-trailingBreak">', "")


def test_pasted_text_says_what_it_meant(desk):
    # One load of the page for all: each start of the editor takes seconds.
    for name, (html, meant) in CASES.items():
        desk.evaluate(CLEAR)
        desk.evaluate(PASTE, [html, ""])
        assert written(desk) == meant, name
    expect(desk.locator(".prose-status").first).to_contain_text("left out: 1.")

    desk.evaluate(CLEAR)
    desk.evaluate(PASTE, ["", "Just 2 * 3 and a_b_c #1."])
    assert written(desk) == "<p>Just 2 * 3 and a_b_c #1.</p>"
    desk.evaluate(CLEAR)
    desk.evaluate(PASTE, ["", MARKDOWN])
    expect(desk.locator(".prose-status").first).to_contain_text("Markdown")
    assert written(desk).startswith("<h2>Sleep</h2><p>Some <strong>bold</strong> words")
    assert "<ol><li><p>one</p></li><li><p>two</p></li></ol>" in written(desk)
    desk.keyboard.press("Control+z")
    assert "## Sleep" in written(desk)

    desk.evaluate(CLEAR)
    words = f"Sleep helps{mark(1)}, walking{mark(2)} too{mark(1)}."
    notes = f"<div style='mso-element:footnote-list'><hr>{note(1, 'A book.')}{note(2, 'A page. <a href=https://example.org/2>Link</a>')}</div>"
    desk.evaluate(PASTE, [BODY.format(f"<p>{words}</p>{notes}"), ""])
    assert written(desk) == "<p>Sleep helps[1], walking[2] too[1].</p>"
    desk.evaluate(PASTE, [BODY.format(f"<p>More{mark(1)}.</p>{notes}"), ""])
    assert written(desk).endswith("More[3].</p>")
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.wait_for_url("**/admin/articles/article/")

    sources = Article.objects.get().references.values_list("number", "text", "url")
    assert [*sources] == [
        (1, "A book.", ""), (2, "A page. Link", "https://example.org/2"), (3, "A book.", "")
    ]  # fmt: skip


def test_picture_goes_to_the_library_with_its_words_and_keys_lead_on(desk):
    bytes_ = base64.b64encode(factories.picture_file().read()).decode()
    desk.locator(EDITOR).click()
    for number, kind in enumerate(("paste", "drop"), start=1):
        desk.evaluate(FILE, [kind, bytes_])
        dialog = desk.locator("dialog")
        dialog.get_by_role("button", name="Add", exact=True).click()
        expect(dialog.get_by_role("alert")).to_contain_text("Describe what the picture shows")
        dialog.get_by_label("Alternative text").fill(f"A red hill, {kind}.")
        dialog.get_by_role("button", name="Add", exact=True).click()
        expect(desk.locator(".ProseMirror figure img")).to_have_count(number)
    within = f'<p>Before</p><p><img src="data:image/jpeg;base64,{bytes_}"></p><p>After</p>'
    desk.evaluate(CLEAR)
    desk.evaluate(PASTE, [within, ""])
    desk.locator("dialog").get_by_label("Alternative text").fill("A red hill, within a text.")
    desk.locator("dialog").get_by_role("button", name="Add", exact=True).click()
    expect(desk.locator(".ProseMirror > p + figure + p")).to_have_text("After")
    assert "\ue001" not in desk.evaluate(GET)

    image = Image.objects.get(alt_text="A red hill, paste.")
    assert image.title == "red hill"

    # The caret goes on behind what ends the text, and Tab leaves it.
    for html in (
        f'<figure><img src="{image.file.url}" alt="x"></figure>',
        f'<figure><img src="{image.file.url}" alt="x"><figcaption>Caption</figcaption></figure>',
        "<table><tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
        "<aside><p>Ask first.</p></aside>",
    ):
        desk.evaluate(WRITE, html)
        expect(desk.locator(EDITOR)).to_be_focused()
        desk.keyboard.press("ArrowDown")
        desk.keyboard.type("Behind.")
        assert written(desk).endswith("<p>Behind.</p>"), html
        assert "Behind" not in written(desk).removesuffix("<p>Behind.</p>")
    desk.keyboard.press("Tab")
    expect(desk.locator(EDITOR)).not_to_be_focused()

    # The pull quote, by keyboard alone
    desk.evaluate(WRITE, "<p>Sleep is not lost time.</p>")
    desk.get_by_role("button", name="Pull quote").focus()
    desk.keyboard.press("Enter")
    type_on(desk, "Maren Aldous")
    assert written(desk) == (
        "<blockquote><p>Sleep is not lost time.</p><p><cite>Maren Aldous</cite></p></blockquote>"
    )
