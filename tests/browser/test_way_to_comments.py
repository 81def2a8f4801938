"""How far a reader is from the first sentence and from the form, on a phone and by keyboard."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.pages import expert, full_article

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def phone(browser, site, complaints):
    """A phone that runs no script."""
    context = browser.new_context(base_url=site, viewport=PHONE, java_script_enabled=False)
    with context:
        page = context.new_page()
        complaints.watch(page)
        yield page


def press_until(page, wanted) -> int:
    """Press Tab until the element has the focus; returns how often."""
    for times in range(1, 100):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return times
    raise AssertionError("100 presses do not lead there")


def test_form_is_few_presses_away_under_a_long_thread(phone):
    article = full_article(expert())
    for _comment in range(30):
        factories.approved_comment(article)
    phone.goto(article.get_absolute_url())

    presses = press_until(phone, phone.get_by_role("link", name="Skip to comments"))
    phone.keyboard.press("Enter")
    phone.wait_for_url("**#comments")
    presses += press_until(phone, phone.locator("#comments .button[href='#write-comment']"))
    phone.keyboard.press("Enter")
    phone.wait_for_url("**#write-comment")
    presses += press_until(phone, phone.locator("#id_comment_name"))

    assert presses <= 5
    expect(phone.locator("#id_comment_name")).to_be_in_viewport()


def test_first_sentence_stands_within_little_more_than_a_screen(phone):
    article = full_article(expert(), topic=factories.topic(name="Sleep"))
    beside = factories.published_article(), factories.published_article()
    factories.series(beside[0], article, beside[1], title="Where the numbers come from")
    phone.goto(article.get_absolute_url())

    text = phone.locator(".prose--article p").first.bounding_box()

    assert text["y"] <= 1.2 * PHONE["height"]


def test_contents_and_takeaways_open_without_a_script(phone):
    article = full_article(expert())
    phone.goto(article.get_absolute_url())
    entry = phone.get_by_role("link", name="What helps", exact=True)
    expect(entry).to_be_hidden()

    phone.get_by_text("In this article").click()
    phone.get_by_text("Key takeaways").click()

    expect(entry).to_be_visible()
    expect(phone.get_by_text("Then wake up.")).to_be_visible()
    phone.set_viewport_size({"width": 1280, "height": 900})
    phone.reload()
    expect(entry).to_be_visible()
    expect(phone.get_by_text("Then wake up.")).to_be_visible()


def test_endless_words_leave_the_thread_short(phone):
    article = factories.published_article()
    factories.approved_comment(article, body="x" * 5_000)
    phone.goto(article.get_absolute_url())
    comment = phone.locator(".comment")

    assert comment.bounding_box()["height"] < PHONE["height"]
    phone.get_by_text("The whole comment").click()
    expect(phone.locator(".comment__beginning")).to_be_hidden()
    assert comment.bounding_box()["width"] <= PHONE["width"]


def test_comment_in_a_folded_branch_opens_by_its_address(phone):
    article = factories.published_article()
    parent = None
    for _level in range(8):
        parent = factories.approved_comment(article, parent=parent)
    last = phone.locator(f"#comment-{parent.pk}")
    phone.goto(article.get_absolute_url())
    expect(last).to_be_hidden()

    phone.goto(parent.get_absolute_url())

    expect(last).to_be_in_viewport()


def test_edges_of_title_text_and_rules_are_one_line(browser, site):
    article = full_article(expert(), topic=factories.topic(name="Sleep"))
    with browser.new_context(base_url=site, viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto(article.get_absolute_url())
        parts = (".article__title", ".standfirst", ".byline", ".takeaways", ".prose--article",
                 ".references", ".comments")  # fmt: skip
        boxes = [page.locator(part).first.bounding_box() for part in parts]

        assert {(box["x"], box["width"]) for box in boxes} == {(336, 608)}
        beside = page.locator(".about-article").bounding_box()
        assert beside["x"] >= 336 + 608


def test_large_picture_opens_over_the_page(browser, site, complaints):
    article = full_article(expert())
    with browser.new_context(base_url=site) as context:
        page = context.new_page()
        complaints.watch(page)
        page.goto(article.get_absolute_url())
        link = page.locator("a.enlarge")

        link.click()
        box = page.get_by_role("dialog", name="A drawing of a bed.")
        expect(box).to_be_visible()
        page.keyboard.press("Escape")
        expect(box).to_be_hidden()
        expect(link).to_be_focused()
