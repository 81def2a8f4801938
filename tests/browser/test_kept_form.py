"""A form of the admin in a browser: what is typed outlives a crash and an expired session."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from articles.models import Article
from tests import factories
from tests.browser.conftest import PASSWORD, press


@pytest.fixture
def article(transactional_db):
    return factories.draft(title="Sleep well")


def opened(page, article):
    page.goto(f"/admin/articles/article/{article.pk}/change/")
    return page


def test_text_is_there_again_after_a_crash(log_in, article):
    desk = opened(log_in("Editor"), article)
    desk.fill("[name=title]", "Sleep better")
    expect(desk.locator("[data-state]")).to_contain_text("Draft kept at")

    desk.context.new_page()
    desk.close(run_before_unload=False)
    again = opened(desk.context.pages[0], article)
    press(again.get_by_role("button", name="Restore"))

    expect(again.locator("[name=title]")).to_have_value("Sleep better")
    again.get_by_role("button", name="Save", exact=True).click()
    again.wait_for_url("**/admin/articles/article/")
    article.refresh_from_db()
    assert article.title == "Sleep better"


def test_text_is_kept_as_soon_as_the_page_is_out_of_sight(log_in, article):
    desk = opened(log_in("Editor"), article)
    desk.evaluate("window.setTimeout = () => 0")  # no rest passes
    desk.fill("[name=title]", "Sleep better")

    with desk.expect_request(lambda sent: "Sleep%2Bbetter" in (sent.post_data or "")):
        desk.evaluate("""
            Object.defineProperty(document, "hidden", { value: true });
            document.dispatchEvent(new Event("visibilitychange"));
        """)


def test_expired_session_is_told_before_the_save_and_the_text_stays(log_in, article):
    desk = opened(log_in("Editor"), article)
    desk.fill("[name=title]", "Sleep better")
    Session.objects.all().delete()

    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_role("alert")).to_contain_text("You have been logged out.")
    with desk.expect_popup() as popup:
        desk.get_by_role("link", name="Log in (opens in a new tab)").click()
    popup.value.fill("input[name=username]", "editor")
    popup.value.fill("input[name=password]", PASSWORD)
    press(popup.value.locator("[type=submit]"))
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.wait_for_url("**/admin/articles/article/")

    assert Article.objects.get().title == "Sleep better"


def test_others_in_the_form_are_seen(log_in, article):
    opened(log_in("Editor", first_name="Bea"), article)
    second = opened(log_in("Editor", name="otto"), article)

    expect(second.locator("[data-others]")).to_contain_text("Bea has had this open since")
