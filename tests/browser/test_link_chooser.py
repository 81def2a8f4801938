"""The link dialog of the prose editor: a page of this site is found by its title, with the keyboard alone."""

import pytest
from playwright.sync_api import expect

from articles.models import Article
from tests import factories
from tests.browser.conftest import EDITOR, opened_editor

SELECT_ALL = """() => document.querySelector(".ProseMirror[contenteditable=true]").editor.commands.selectAll()"""


@pytest.fixture
def dialog(log_in):
    """The dialog for a link on all words of a new article."""
    factories.published_article(title="Sleep and magnesium", slug="sleep-and-magnesium")
    factories.published_article(title="Magnesium at night", slug="at-night")
    page = log_in("Author")
    page.goto("/admin/articles/article/add/")
    page.fill("[name=title]", "Stairs count too")
    opened_editor(page).locator(EDITOR).click()
    page.keyboard.type("Read this")
    page.evaluate(SELECT_ALL)
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog")
    expect(searched(dialog)).to_be_focused()
    return dialog


def searched(dialog):
    return dialog.get_by_role("combobox", name="Find a page of this site by its title")


def test_page_is_chosen_with_the_keyboard(dialog):
    page = dialog.page
    page.keyboard.insert_text("magnes")  # at once: letters would be asked for one after the other
    expect(dialog.get_by_role("option")).to_have_count(2)
    expect(searched(dialog)).to_have_attribute("aria-expanded", "true")

    page.keyboard.press("Escape")
    expect(dialog.get_by_role("option")).to_have_count(0)
    page.keyboard.type("i")
    expect(dialog.get_by_role("option")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("option", selected=True)).to_contain_text("Sleep and magnesium")
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Address")).to_have_value("/articles/sleep-and-magnesium/")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/articles/article/")

    body = Article.objects.get(title="Stairs count too").body
    assert body == '<p><a href="/articles/sleep-and-magnesium/">Read this</a></p>'


def test_any_address_may_be_written_and_nothing_is_found(dialog):
    page = dialog.page
    page.keyboard.insert_text("zzz")
    expect(dialog.get_by_text("Nothing found.")).to_be_visible()
    page.keyboard.press("Enter")  # chooses nothing, and does not close the dialog
    dialog.get_by_label("Address").fill("https://example.org/")
    dialog.get_by_role("button", name="Update").click()

    expect(page.locator('.ProseMirror a[href="https://example.org/"]')).to_have_text("Read this")
