"""What readers can do with an article: the size of its text, the list on their device, sharing, the time that is left."""

import re

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import until

SHARE = "navigator.share = (shared) => { window.shared = shared; return Promise.resolve(); };"


@pytest.fixture
def article(site):
    return factories.published_article(
        title="Rest & more", slug="rest", body=f"<p>{'Words of a long text. ' * 300}</p>"
    )


@pytest.fixture
def page(browser, site, complaints, request):
    with browser.new_context(base_url=site, reduced_motion="reduce") as context:
        page = context.new_page()
        complaints.watch(page)
        yield page
        assert context.cookies() == []


def test_size_of_text_is_remembered_for_all_pages_and_there_before_the_first_paint(article, page):
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    page.goto("/articles/rest/")
    normal = page.evaluate(size)

    page.get_by_label("Larger").check()

    assert page.evaluate(size) > normal * 1.3
    page.goto("/archive/")
    assert page.evaluate(size) > normal * 1.3
    page.goto("/articles/rest/")
    expect(page.get_by_label("Larger")).to_be_checked()


def test_article_is_saved_on_the_device_listed_and_removed(article, page):
    page.goto("/articles/rest/")
    save = page.get_by_role("button", name="Save on this device")
    save.click()
    expect(save).to_have_attribute("aria-pressed", "true")

    page.get_by_role("link", name="Saved articles").click()
    expect(page.get_by_role("link", name="Rest & more")).to_have_attribute(
        "href", "/articles/rest/"
    )
    page.get_by_role("button", name="Remove “Rest & more”").click()

    expect(page.get_by_text("You have not saved any articles yet")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.goto("/articles/rest/")
    expect(save).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize(
    "kept", ["nonsense", "{}", '[{"path": "javascript:alert(1)", "title": "x"}]', "[null]"]
)
def test_list_that_somebody_else_wrote_does_no_harm(page, kept):
    page.goto("/saved/")
    page.evaluate("kept => localStorage.setItem('saved', kept)", kept)
    page.goto("/saved/")

    expect(page.get_by_text("You have not saved any articles yet")).to_be_visible()


def test_list_without_script_says_what_it_needs_and_what_it_keeps(reader, site):
    reader.goto("/saved/")

    expect(reader.get_by_text("This list needs JavaScript")).to_be_visible()
    expect(reader.get_by_text("Your browser keeps their titles and addresses")).to_be_visible()


def test_system_shares_where_it_can_and_the_link_is_copied_where_not(article, page):
    page.goto("/articles/rest/")
    expect(page.get_by_role("button", name="Share")).to_have_count(0)
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()

    page.add_init_script(SHARE)
    page.goto("/articles/rest/")
    page.get_by_role("button", name="Share").click()

    expect(page.get_by_role("button", name="Copy link")).to_have_count(0)
    assert page.evaluate("window.shared.url").endswith("/articles/rest/")


def test_time_left_is_told_within_the_text(article, page):
    left = page.locator(".time-left")
    page.goto("/articles/rest/")
    expect(left).to_be_hidden()

    page.mouse.wheel(0, 700)
    until(page, "scrollY > 690")  # the end of it
    expect(left).to_have_text(re.compile(r"^[1-6] min left$"))

    page.locator(".prose--article").evaluate("text => text.scrollIntoView(false)")
    expect(left).to_be_hidden()
