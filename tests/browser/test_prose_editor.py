"""The prose editor under the admin's strict policy: figures from the library, tables, pastes."""

import pytest
from playwright.sync_api import expect

from articles.models import Article
from tests import factories

PASTED = """<style>p { color: red }</style><b style="font-weight: normal"><h1 style="color: red">Results</h1>
<p>plain <span style="font-weight: 700">bold</span> and <span style="color: red; font-style: italic">slanted</span></p></b>"""
PASTE = """html => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  document.querySelector(".ProseMirror[contenteditable=true]").dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def desk(log_in):
    page = log_in("Author")
    page.goto("/admin/articles/article/add/")
    page.fill("input[name=title]", "Stairs count too")
    expect(page.locator(".ProseMirror[contenteditable=true]")).to_be_visible()
    return page


def choose_from_library(page, button, title):
    with page.context.expect_page() as opened:
        button.click()
    opened.value.get_by_role("button", name=title).click()


def save(page):
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/articles/article/")
    return Article.objects.get()


def test_figure_and_hero_come_from_the_library(desk):
    image = factories.image(title="Stairs", alt_text="A flight of stairs.", caption="Our stairs.")
    desk.locator(".ProseMirror[contenteditable=true]").click()
    desk.locator("[data-name=figure]").click()
    choose_from_library(desk, desk.get_by_role("button", name="Browse"), "Stairs")
    expect(desk.locator("dialog input[name=altText]")).to_have_value("A flight of stairs.")
    desk.get_by_role("button", name="Insert", exact=True).click()
    choose_from_library(desk, desk.locator("[data-pick]"), "Stairs")

    article = save(desk)

    assert article.hero == image
    assert f'src="{image.file.url}" alt="A flight of stairs." width="60"' in article.body
    assert "<figcaption>Our stairs.</figcaption>" in article.body


def test_table_is_kept(desk):
    desk.locator(".ProseMirror[contenteditable=true]").click()
    desk.locator("[data-name=table]").click()
    desk.get_by_role("button", name="Insert Table", exact=True).click()
    expect(desk.locator(".ProseMirror td")).to_have_count(9)
    desk.keyboard.type("cell")

    assert "<td>cell</td>" in save(desk).body


def test_pasted_text_keeps_its_emphasis_and_nothing_else(desk):
    desk.locator(".ProseMirror[contenteditable=true]").click()
    desk.evaluate(PASTE, PASTED)
    expect(desk.locator(".ProseMirror strong")).to_have_text("bold")

    body = save(desk).body

    assert body.startswith("<h2>Results</h2>")
    assert "<p>plain <strong>bold</strong> and <em>slanted</em></p>" in body


def test_leaving_unsaved_text_is_asked_about(desk):
    questions = []
    desk.on("dialog", lambda dialog: (questions.append(dialog.type), dialog.accept()))

    desk.goto("/admin/")

    assert questions == ["beforeunload"]
