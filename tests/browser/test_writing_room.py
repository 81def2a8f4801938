"""The form of an article in a browser: its bar stays, the text can be alone, and nothing is wider than the window."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import EDITOR, opened_editor

LONG = "".join(f"<h2>Part {number}</h2><p>{'Two floors a day. ' * 60}</p>" for number in range(12))
HEIGHT_OF_WINDOW = 800
TOO_WIDE = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""


@pytest.fixture
def article(transactional_db):
    return factories.draft(title="Stairs count too", body=LONG, by=factories.author())


def opened(page, article, width=1280):
    page.set_viewport_size({"width": width, "height": HEIGHT_OF_WINDOW})
    page.goto(f"/admin/articles/article/{article.pk}/change/")
    return opened_editor(page)


@pytest.mark.parametrize("width", [390, 1280])
def test_bar_stays_and_saves(log_in, article, width):
    desk = opened(log_in("Editor"), article, width)
    desk.fill("[name=title]", "Stairs count twice")
    desk.evaluate("scrollTo(0, document.body.scrollHeight)")

    bar = desk.get_by_role("region", name="Status and next steps").bounding_box()
    assert bar["y"] >= 0
    assert bar["y"] + bar["height"] < HEIGHT_OF_WINDOW / 3
    assert desk.evaluate(TOO_WIDE) == 0
    desk.get_by_role("button", name="Save and stay").click()
    desk.wait_for_url("**/change/")
    expect(desk.locator(".messagelist")).to_be_visible()
    article.refresh_from_db()
    assert article.title == "Stairs count twice"


def test_full_screen_and_back_by_keyboard(log_in, article):
    desk = opened(log_in("Editor"), article)
    button = desk.get_by_role("button", name="Full screen")
    button.focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#header")).to_be_hidden()
    expect(desk.locator(".room__beside")).to_be_hidden()
    expect(button).to_be_focused()

    desk.locator("[name=title]").focus()
    desk.keyboard.press("Escape")

    expect(desk.locator("#header")).to_be_visible()
    expect(desk.locator("[name=title]")).to_be_focused()


def test_outline_leads_to_a_heading(log_in, article):
    desk = opened(log_in("Editor"), article)
    desk.get_by_text("Outline").click()
    desk.get_by_role("button", name="Part 9").click()

    heading = desk.locator(".ProseMirror h2", has_text="Part 9")
    expect(heading).to_be_in_viewport()
    desk.keyboard.type("New ")
    expect(heading).to_have_text("New Part 9")


def test_words_are_counted_while_typing(log_in):
    desk = opened(log_in("Editor"), factories.draft(body="<p>One two</p>"))
    expect(desk.locator("[data-length]")).to_have_text("2 words, 1 min")
    desk.locator(EDITOR).first.click()
    desk.keyboard.press("End")
    desk.keyboard.type(" three")

    expect(desk.locator("[data-length]")).to_have_text("3 words, 1 min")
