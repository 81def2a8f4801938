"""Pages of the desk are fit for everybody, in light and dark; the calendar is moved by keyboard, by dragging and by a form."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from articles.models import Article, ReadCount
from tests import factories
from tests.browser import checkers
from tests.browser.conftest import opened_editor, press

SIDEWAYS = checkers.SIDEWAYS


@pytest.fixture
def magazine(transactional_db) -> Article:
    """Something on each page of the desk."""
    ada = factories.author(name="Ada Lovelace")
    article = factories.published_article(title="Stairs count too", by=ada, topic=factories.topic())
    factories.working_copy(article, standfirst="Two floors are enough.")
    factories.draft(title="Waits", by=ada).submit(by=None)
    factories.comment(article)
    factories.approved_comment(article)
    ReadCount.objects.create(article=article, day=timezone.localdate(), number=1_200)
    today = timezone.now()
    factories.issue(subject="Stairs", status="scheduled", send_at=today + timedelta(hours=1))
    moving = factories.draft(title="Moves", by=ada)
    moving.schedule(at=today + timedelta(days=days_ahead()), by=None)
    return article


def days_ahead() -> int:
    """To a day with one after it in the calendar, which ends with a Sunday."""
    return 1 if (timezone.localdate() + timedelta(days=1)).isoweekday() < 7 else 2


def paths(article: Article) -> list[str]:
    issue = factories.issue()
    return [
        "/admin/", "/admin/articles/article/", f"/admin/articles/article/{article.pk}/change/", "/admin/calendar/",
        "/admin/comments/queue/", "/admin/auth/user/", f"/admin/newsletter/issue/{issue.pk}/change/",
        "/admin/search/?q=stairs", "/admin/mail-hold/", "/admin/moves/", "/admin/moves/import/",
    ]  # fmt: skip


def test_pages_of_the_desk_are_fit_for_everybody(log_in, magazine, subtests):
    checkers.need(checkers.AXE)
    desk = log_in("Editor", is_superuser=True)
    desk.emulate_media(reduced_motion="reduce")

    for path in paths(magazine):
        with subtests.test(path):
            desk.emulate_media(color_scheme="light")
            desk.set_viewport_size({"width": 1280, "height": 900})
            desk.goto(path)
            if "/articles/article/" in path and path.endswith("/change/"):
                opened_editor(desk)
            faults = checkers.axe_violations(desk)
            desk.emulate_media(color_scheme="dark")
            faults += [
                f"dark: {fault}" for fault in checkers.axe_violations(desk, ["color-contrast"])
            ]
            desk.set_viewport_size({"width": 390, "height": 844})
            faults += desk.evaluate(SIDEWAYS)
            assert not faults, "\n".join(faults)


def test_chooser_of_topics_is_named_when_it_is_empty_and_when_it_is_open(log_in, magazine):
    checkers.need(checkers.AXE)
    desk = log_in("Editor")
    desk.emulate_media(reduced_motion="reduce")
    desk.goto("/admin/articles/article/add/")
    opened_editor(desk)
    chooser = desk.get_by_role("combobox", name="Topic")
    assert checkers.axe_violations(desk) == []

    chooser.focus()
    desk.keyboard.press("Enter")

    expect(desk.get_by_role("searchbox", name="Topic")).to_be_focused()
    expect(desk.locator(".select2-results__option")).to_have_text([magazine.topic.name])
    assert checkers.axe_violations(desk) == []


def test_scheduled_article_is_moved_by_dragging_and_by_its_form(log_in, magazine):
    desk = log_in("Editor")
    # The whole month: nothing is dragged when the target has to be scrolled to first.
    desk.set_viewport_size({"width": 1280, "height": 1600})
    desk.goto(
        f"/admin/calendar/?view=month&day={timezone.localdate() + timedelta(days=days_ahead())}"
    )
    entry = desk.locator("[data-moves]")

    target = desk.locator("[data-day]:not([data-past])").last
    day = target.get_attribute("data-day")
    entry.drag_to(target)
    expect(desk.locator(".messagelist")).to_contain_text("“Moves” will appear on")
    assert str(timezone.localdate(Article.objects.get(title="Moves").published_at)) == day

    wanted = timezone.localdate() + timedelta(days=3)
    entry.locator("summary").click()
    entry.get_by_label("New day").fill(str(wanted))
    press(entry.get_by_role("button", name="Move"))
    expect(desk.locator(".messagelist")).to_contain_text("“Moves” will appear on")
    assert timezone.localdate(Article.objects.get(title="Moves").published_at) == wanted

    expect(entry.get_by_role("link", name="Moves")).to_be_focused()
    desk.keyboard.press("Shift+ArrowRight")
    later = wanted + timedelta(days=1)
    expect(entry.locator("[name=day]")).to_have_value(str(later))
    expect(desk.locator(".messagelist")).to_contain_text("“Moves” will appear on")
    assert timezone.localdate(Article.objects.get(title="Moves").published_at) == later


def test_keys_go_through_the_calendar_and_to_the_search(log_in, magazine):
    desk = log_in("Editor")
    desk.goto("/admin/calendar/?view=month&day=2026-11-20")
    desk.locator('[data-day="2026-11-20"]').focus()
    for key in ("ArrowRight", "ArrowDown", "Home"):
        desk.keyboard.press(key)
    expect(desk.locator('[data-day="2026-11-23"]')).to_be_focused()
    desk.keyboard.press("PageDown")
    desk.wait_for_url("**day=2026-12-01")

    desk.keyboard.press("/")
    expect(desk.get_by_role("searchbox", name="Search everything")).to_be_focused()
    desk.keyboard.type("stairs")
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    expect(desk.get_by_role("link", name="Stairs count too").first).to_be_visible()
    desk.locator("body").click()
    desk.keyboard.press("Control+k")
    expect(desk.get_by_role("searchbox", name="Search everything")).to_be_focused()


def test_filters_stand_folded_above_the_list_of_a_telephone(log_in, magazine):
    desk = log_in("Editor")
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.goto("/admin/articles/article/")
    filters = desk.locator("[data-list-filters]")

    expect(filters.locator("> summary")).to_be_in_viewport()
    assert filters.bounding_box()["y"] < desk.locator("#result_list").bounding_box()["y"]
    expect(desk.locator("#result_list .state").first).to_be_in_viewport()
    filters.locator("> summary").click()
    desk.get_by_role("link", name="In review").click()
    expect(desk.locator("#result_list")).to_contain_text("Waits")
    expect(filters.locator("> summary")).to_contain_text("some are active")
