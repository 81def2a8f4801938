"""The prose editor under the admin's strict policy: figures from the library, tables, pastes."""

import pytest
from playwright.sync_api import expect

from articles.admin import widgets
from articles.models import Article
from tests import factories
from tests.browser.conftest import EDITOR, opened_editor, type_on

PASTED = """<style>p { color: red }</style><b style="font-weight: normal"><h1 style="color: red">Results</h1>
<p>plain <span style="font-weight: 700">bold</span> and <span style="color: red; font-style: italic">slanted</span></p></b>"""
PASTE = """html => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  document.querySelector(".ProseMirror[contenteditable=true]").dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""

APPEND = """() => {
  const { editor } = document.querySelector(".ProseMirror[contenteditable=true]");
  editor.commands.insertContentAt(editor.state.doc.content.size, "<p>One more.</p>");
}"""


@pytest.fixture
def desk(log_in):
    page = log_in("Author")
    page.goto("/admin/articles/article/add/")
    page.fill("[name=title]", "Stairs count too")
    return opened_editor(page)


def choose_from_library(page, button, title):
    with page.context.expect_page() as opened:
        button.click()
    library = opened.value
    library.wait_for_load_state()  # its script is at work
    picture = library.get_by_role("button", name=title)
    # The window closes itself: a click that is waited for may find it gone before it is done.
    with library.expect_event("close"):
        picture.evaluate("button => setTimeout(() => button.click())")


def save(page):
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/articles/article/")
    return Article.objects.get()


def test_figure_and_hero_come_from_the_library(desk):
    image = factories.image(title="Stairs", alt_text="A flight of stairs.", caption="Our stairs.")
    desk.locator(EDITOR).click()
    desk.locator("[data-name=figure]").click()
    choose_from_library(desk, desk.get_by_role("button", name="Browse"), "Stairs")
    expect(desk.locator("dialog input[name=altText]")).to_have_value("A flight of stairs.")
    desk.get_by_role("button", name="Insert", exact=True).click()
    choose_from_library(desk, desk.locator("[data-pick]"), "Stairs")

    article = save(desk)

    assert article.hero == image
    assert f'src="{image.file.url}" alt="A flight of stairs." width="60"' in article.body
    assert "<figcaption>Our stairs.</figcaption>" in article.body


def test_table_has_a_head_and_tab_leads_out_of_it(desk):
    desk.locator(EDITOR).click()
    desk.locator("[data-name=table]").click()
    desk.locator("dialog").get_by_role("button", name="Insert table").click()
    expect(desk.locator(".ProseMirror td")).to_have_count(6)
    type_on(desk, "Food")
    for _cell in range(8):
        desk.keyboard.press("Tab")
    desk.keyboard.type("last")
    desk.keyboard.press("Tab")
    desk.keyboard.type("Behind.")

    body = save(desk).body

    assert "<thead><tr><th>Food</th>" in body
    assert body.endswith("<td>last</td></tr></tbody></table>\n<p>Behind.</p>")


def test_pasted_text_keeps_its_emphasis_and_nothing_else(desk):
    desk.locator(EDITOR).click()
    desk.evaluate(PASTE, PASTED)
    expect(desk.locator(".ProseMirror strong")).to_have_text("bold")

    body = save(desk).body

    assert body.startswith("<h2>Results</h2>")
    assert "<p>plain <strong>bold</strong> and <em>slanted</em></p>" in body


EVERYTHING = {
    "paragraph": "<p>Text with <strong>bold</strong>, <em>italic</em>, <u>underlined</u>, <s>struck</s>, H<sub>2</sub>O, x<sup>2</sup>,"
    ' <code>code</code>, <cite>The Lancet</cite> and a <a href="https://example.org/a?b=1&amp;c=2" title="A page">link</a>.</p>',
    "line break": "<p>One<br>two</p>",
    "marks within marks": '<p><a href="/about/"><code>code</code></a> <strong><em><cite>Work</cite></em></strong> <a href="#ref-1">1</a>'
    ' <a href="mailto:a@example.org">mail</a></p>',
    "headings": "<h2>Two</h2>\n<h3>Three</h3>\n<h4>Four <em>slanted</em></h4>",
    "lists": '<ul><li>One<ul><li>Two</li></ul></li></ul>\n<ol start="3"><li>Three</li></ol>',
    "item that starts with a heading": "<ul><li><h3>Heading</h3><p>Text</p></li></ul>",
    "quotation": "<blockquote><p>Words.</p><ul><li>Item</li></ul></blockquote>",
    "callout": "<aside><p><strong>Ask first.</strong> Then act.</p><ul><li>Item</li></ul></aside>",
    "rule": "<p>One</p>\n<hr>\n<p>Two</p>",
    "code block": "<pre><code>a  b\n  c <strong>bold</strong></code></pre>",
    "table": "<table><caption>Salt in <em>grams</em>, after <cite>The Lancet</cite>"
    ' (<a href="https://example.org/">source</a>)</caption><thead><tr><th scope="col">Food</th>'
    '<th colspan="2" scope="col">Salt</th></tr></thead><tbody><tr><th rowspan="2" scope="row">Bread</th><td>1</td><td>2</td></tr>'
    "<tr><td>3</td><td><strong>4</strong></td></tr></tbody><tfoot><tr><td>Sum</td><td>4</td><td>6</td></tr></tfoot></table>",
    "table in a figure": "<figure><table><tbody><tr><td>1</td></tr></tbody></table><figcaption>A <em>figure</em></figcaption></figure>",
    "quotation in a figure": "<figure><blockquote><p>Words</p></blockquote><figcaption><cite>Work</cite></figcaption></figure>",
    "picture": '<figure><img src="{src}" alt="Stairs" width="60" height="40"><figcaption>Our <em>stairs</em></figcaption></figure>',
    "pictures": '<figure><img src="{src}" alt="One" width="60" height="40" data-image="7">'
    '<img src="{src}" alt="" width="60" height="40"></figure>',
    "picture alone": '<p><img src="{src}" alt="Stairs" width="60" height="40"></p>',
    "special signs": "<p>a &lt; b &amp; c&nbsp;mg “quoted” 5 × 10³ [1, 2]</p>",
}  # fmt: skip


def test_what_articles_may_hold_survives_the_editor(log_in):
    # One article for all, since each start of the editor takes seconds.
    body = "\n".join(EVERYTHING.values()).replace("{src}", factories.image().file.url)
    article = factories.draft(body=body)
    kept = article.body
    page = log_in("Editor")
    page.goto(f"/admin/articles/article/{article.pk}/change/")
    opened_editor(page)
    page.evaluate(APPEND)

    saved = save(page)

    assert kept == body
    assert saved.body.split("\n") == [*kept.split("\n"), "<p>One more.</p>"]


def test_caption_of_a_table_is_written_and_changed(desk):
    desk.locator(EDITOR).click()
    desk.locator("[data-name=table]").click()
    desk.locator("dialog").get_by_role("button", name="Insert table").click()
    for typed in ("Salt", "Salt < 5 g"):
        desk.get_by_role("button", name="Table caption").click()
        desk.locator("dialog input[name=caption]").fill(typed)
        desk.locator("dialog").get_by_role("button", name="Update").click()
        expect(desk.locator(".ProseMirror caption")).to_have_text(typed)
    type_on(desk, "5")

    assert "<table><caption>Salt &lt; 5 g</caption><thead>" in save(desk).body


def test_pasted_caption_brings_nothing_that_runs(desk):
    desk.locator(EDITOR).click()
    desk.evaluate(
        PASTE,
        "<table><caption><img src=/x><iframe></iframe><a href='javascript:alert(1)'>Salt</a></caption><tr><td>1</td></tr></table>",
    )

    expect(desk.locator(".ProseMirror caption")).to_have_text("Salt")
    assert desk.locator(".ProseMirror caption :is(img, iframe, [href])").count() == 0
    assert "<table><caption>Salt</caption>" in save(desk).body


def test_leaving_unsaved_text_is_asked_about(desk):
    questions = []
    desk.on("dialog", lambda dialog: (questions.append(dialog.type), dialog.accept()))

    desk.goto("/admin/")

    assert questions == ["beforeunload"]


def test_callout_is_put_around_a_paragraph(desk):
    desk.locator(EDITOR).click()
    desk.keyboard.type("Ask first.")
    desk.get_by_role("button", name="Callout").click()

    assert "<aside><p>Ask first.</p></aside>" in save(desk).body


def test_every_button_has_the_name_that_can_be_translated(desk):
    buttons = desk.locator(".prose-menubar button[title]")
    names = set(buttons.evaluate_all("all => all.map(button => button.title)"))

    config = widgets._EXTENSIONS["ButtonNames"]["names"]
    assert {"Numbered list", "Insert table", "Redo"} <= names
    assert names & (set(config) - set(config.values())) == set()
    assert all(name[0].isupper() for name in names)
