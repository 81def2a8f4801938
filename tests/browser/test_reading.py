"""Comforts of the article page: all extras, so each has a reader without JavaScript beside it."""

import pytest
from playwright.sync_api import expect

from articles.models import Reference
from tests import factories
from tests.browser.conftest import until

PAPER = {"light": "rgb(251, 248, 242)", "dark": "rgb(23, 20, 17)"}
BODY = (
    "<h2>Dose?</h2><p>Enough [1], they say.</p><h2>Time</h2>"
    + "<p>Words.</p>" * 60
    + "<h2>End</h2><p>Fin.</p>"
)


@pytest.fixture
def article(site):
    row = factories.published_article(title="Rest", slug="rest", body=BODY)
    Reference.objects.create(
        article=row, number=1, text="A study of sleep.", url="https://doi.org/1"
    )
    row.save()
    return row


@pytest.fixture
def open_page(browser, site, complaints):
    contexts = []

    def open_page(path: str, **options):
        contexts.append(browser.new_context(base_url=site, **options))
        page = contexts[-1].new_page()
        complaints.watch(page)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def paper(page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_chosen_theme_is_remembered_and_there_before_the_first_paint(article, open_page):
    page = open_page("/", color_scheme="light")
    page.get_by_label("Dark").check()
    assert paper(page) == PAPER["dark"]

    # Seen at the moment that the body begins, which is before anything can be painted.
    page.add_init_script(
        "new MutationObserver((_, watcher) => document.body && (watcher.disconnect(),"
        " window.early = document.documentElement.dataset.theme))"
        ".observe(document, { childList: true, subtree: true })"
    )
    page.goto("/articles/rest/")

    assert page.evaluate("window.early") == "dark"
    assert paper(page) == PAPER["dark"]
    expect(page.get_by_label("Dark")).to_be_checked()
    colours = page.locator("meta[name=theme-color]").evaluate_all(
        "all => all.map(one => one.content)"
    )
    assert set(colours) == {"#171411"}
    assert page.context.cookies() == []


def test_automatic_theme_goes_back_to_the_system(article, open_page):
    page = open_page("/", color_scheme="dark")
    page.get_by_label("Light").check()
    assert paper(page) == PAPER["light"]

    page.get_by_label("Automatic").check()

    assert paper(page) == PAPER["dark"]


def test_reader_without_javascript_sees_no_control_that_would_do_nothing(article, reader):
    reader.goto("/articles/rest/")

    expect(reader.get_by_role("heading", name="Dose?")).to_be_visible()
    expect(reader.get_by_role("group", name="Appearance")).to_have_count(0)
    expect(reader.get_by_role("button", name="Copy link")).to_have_count(0)
    by_mail = reader.get_by_role("link", name="Send by email").get_attribute("href")
    assert by_mail.startswith("mailto:?subject=")
    assert by_mail.endswith("%2Farticles%2Frest%2F")
    expect(reader.locator(".permalink")).to_have_count(0)
    reader.locator(".reference-mark").click()
    expect(reader.locator("#ref-1")).to_be_in_viewport()


def test_reference_preview_opens_by_keyboard_and_closes_with_escape(article, open_page):
    page = open_page("/articles/rest/")
    mark = page.locator(".reference-mark")
    preview = page.locator(".reference-preview")
    page.get_by_role("link", name="Link to this section: Dose?").focus()

    page.keyboard.press("Tab")

    expect(preview).to_be_visible()
    expect(mark).to_have_accessible_description("A study of sleep. doi.org/1")
    page.keyboard.press("Tab")
    expect(preview.get_by_role("link")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Escape")
    expect(preview).to_have_count(0)
    expect(mark).to_be_focused()


def test_reference_preview_stays_while_the_pointer_is_on_it(article, open_page):
    page = open_page("/articles/rest/")
    preview = page.locator(".reference-preview")

    page.clock.install()

    page.locator(".reference-mark").hover()
    expect(preview).to_be_visible()
    preview.hover()
    page.clock.fast_forward(600)  # longer than the pause before it closes

    expect(preview).to_be_visible()
    page.get_by_role("heading", level=1).hover()
    expect(preview).to_have_count(0)


def test_touch_follows_the_link_of_a_reference_mark(article, open_page):
    page = open_page("/articles/rest/", has_touch=True, viewport={"width": 360, "height": 700})

    page.locator(".reference-mark").tap()

    expect(page.locator("#ref-1")).to_be_in_viewport()
    expect(page.locator(".reference-preview")).to_have_count(0)


def test_link_beside_a_heading_is_no_part_of_its_name(article, open_page):
    page = open_page("/articles/rest/")

    expect(page.get_by_role("heading", name="Dose?", exact=True)).to_have_count(1)
    page.get_by_role("link", name="Link to this section: Dose?").click()

    page.wait_for_url("**/articles/rest/#dose")


def test_contents_list_says_where_one_is(article, open_page):
    page = open_page("/articles/rest/")
    current = page.locator(".contents [aria-current]")

    page.keyboard.press("End")
    until(page, "scrollY + innerHeight > document.documentElement.scrollHeight - 2")

    expect(current).to_have_count(1)
    page.get_by_role("heading", name="Time").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('time').scrollIntoView()")
    expect(current).to_have_text("Time")


def test_address_is_copied_and_said_aloud(article, open_page):
    page = open_page("/articles/rest/", permissions=["clipboard-read", "clipboard-write"])

    page.get_by_role("button", name="Copy link").click()

    expect(page.get_by_role("status").filter(has_text="Link copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").endswith("/articles/rest/")
