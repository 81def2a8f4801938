"""Moderators clear the queue in a browser: by keyboard, in few requests, and two at a time."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from comments.models import Comment, Decision
from comments.moderating.queue.tabs import BATCH
from tests import factories
from tests.browser.conftest import press

QUEUE = "/admin/comments/queue/"
HUMAN_MINUTES = 10
UNDECIDED = "[data-comment][aria-current]:not(.is-deciding, .is-settled)"
LOOKS_EVERY = 5  # seconds, as queue.js
LONG = 60  # comments: more than a batch


@pytest.fixture
def article(transactional_db):
    return factories.published_article(title="Sleep well")


def fill(article, number):
    now = timezone.now()
    return [
        factories.comment(
            article, name=f"Reader {n}", body=f"Thought {n}. " + "Tea and sleep. " * (n % 30),
            created_at=now - timedelta(hours=10, seconds=-n),
        )
        for n in range(number)
    ]  # fmt: skip


def open_queue(page, query=""):
    page.goto(QUEUE + query)
    expect(page.locator("[data-queue].has-script")).to_be_visible()
    return page


def row(page, comment):
    return page.locator(f"#c-{comment.pk}")


def test_long_queue_is_cleared_by_keyboard(log_in, article):
    fill(article, LONG)
    page = open_queue(log_in("Moderator"))
    requests, presses = [], 0
    page.on("request", lambda request: requests.append(request))
    started = timezone.now()

    for number in range(LONG):
        # One in ten is rejected with a reason, which takes a second key.
        keys = {0: "r3", 5: "s"}.get(number % 10, "a")
        # A person reads; a robot could be faster than the next batch.
        page.locator(UNDECIDED).wait_for()
        for key in keys:
            page.keyboard.press(key)
        presses += len(keys)
    # Long, for a busy machine: the keys are ahead of the server.
    expect(page.locator("[data-end]")).to_be_visible(timeout=300_000)
    expect(page.locator(".is-deciding")).to_have_count(0, timeout=300_000)

    taken = timezone.now() - started
    posts = [request for request in requests if request.method == "POST"]
    batches = [request for request in requests if "after=" in request.url]
    looks = [request for request in requests if "/changes/" in request.url]
    assert dict(states()) == {
        "approved": LONG * 8 // 10,
        "rejected": LONG // 10,
        "spam": LONG // 10,
    }
    assert set(Decision.objects.filter(became="rejected").values_list("reason", flat=True)) == {
        "The comment advertises something."
    }
    assert presses <= LONG * 1.1
    assert len(posts) <= LONG
    assert len(batches) <= LONG / BATCH
    assert len(looks) <= taken.total_seconds() / LOOKS_EVERY + 1
    assert len(requests) == len(posts) + len(batches) + len(looks)
    assert taken < timedelta(minutes=HUMAN_MINUTES)


def states():
    statuses = list(Comment.objects.values_list("status", flat=True))
    return [(status, statuses.count(status)) for status in set(statuses)]


def test_two_moderators_see_each_other_and_the_second_is_told(log_in, article):
    first, second, third = fill(article, 3)
    ann = open_queue(log_in("Moderator", first_name="Ann", last_name="Lee"))
    bea = log_in("Moderator", name="bea", first_name="Bea")
    bea.route("**/changes/**", lambda look: None)  # her page hears nothing by itself
    open_queue(bea)

    ann.keyboard.press("a")
    expect(row(ann, first)).to_have_class("queue-comment queue-comment--approved is-settled")
    bea.keyboard.press("s")
    expect(bea.locator("[data-toast]")).to_contain_text("Approved by Ann Lee")
    expect(row(bea, first)).to_contain_text("Approved by Ann Lee")
    bea.keyboard.press("s")
    expect(row(ann, second)).to_contain_text("Marked as spam by Bea")

    expect(row(ann, third)).to_have_attribute("aria-current", "true")
    assert first.decisions.count() == second.decisions.count() == 1
    assert Comment.objects.get(pk=first.pk).status == "approved"


def test_decisions_are_undone_one_after_the_other(log_in, article):
    first, second = fill(article, 2)
    page = open_queue(log_in("Moderator"))

    page.keyboard.press("a")
    page.keyboard.press("s")
    expect(page.locator("[data-end]")).to_be_visible()
    page.keyboard.press("u")
    expect(row(page, second)).to_be_focused()
    page.keyboard.press("u")
    expect(row(page, first)).to_be_focused()
    page.keyboard.press("u")

    expect(page.locator("[data-says]")).to_have_text("There is nothing to undo.")
    assert dict(states()) == {"pending": 2}


def test_chosen_comments_are_decided_together_and_undone_together(log_in, article):
    comments = fill(article, 5)
    page = open_queue(log_in("Moderator"))

    for key in "xjjx":
        page.keyboard.press(key)
    expect(page.locator("[data-chosen]")).to_have_text("2 selected:")
    page.keyboard.press("s")
    expect(row(page, comments[2])).to_contain_text("Marked as spam by you")
    assert dict(states()) == {"spam": 2, "pending": 3}
    page.keyboard.press("u")
    expect(row(page, comments[2])).not_to_contain_text("Marked as spam")

    assert dict(states()) == {"pending": 5}


def test_reason_is_typed_and_the_dialog_is_left_without_a_decision(log_in, article):
    first, second = fill(article, 2)
    page = open_queue(log_in("Moderator"))

    page.keyboard.press("r")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.locator("[data-own-reason]").fill("Please name 1 source: a, r, s or u")
    page.keyboard.press("Enter")
    expect(row(page, first)).to_contain_text("Please name 1 source: a, r, s or u")
    page.keyboard.press("r")
    page.keyboard.press("Enter")
    expect(row(page, second)).to_contain_text("Rejected by you")

    assert list(Decision.objects.order_by("pk").values_list("reason", flat=True)) == [
        "Please name 1 source: a, r, s or u", ""
    ]  # fmt: skip


def test_keys_do_nothing_while_somebody_types_or_holds_a_modifier(log_in, article):
    fill(article, 2)
    page = open_queue(log_in("Moderator"))

    page.keyboard.press("/")
    page.keyboard.type("asru?")
    expect(page.locator("#queue-q")).to_have_value("asru?")
    page.locator("#queue-q").blur()
    for key in ("Control+a", "Alt+a", "Meta+s"):
        page.keyboard.press(key)
    page.keyboard.press("?")
    expect(page.locator("[data-help-dialog]")).to_be_visible()
    page.keyboard.press("a")
    page.locator("[data-keys-on]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("a")

    expect(page.locator(".is-deciding")).to_have_count(0)
    assert dict(states()) == {"pending": 2}


def test_reported_comment_is_kept_by_key(log_in, article):
    comment = factories.approved_comment(article)
    comment.reports.create(reason="abuse")
    page = open_queue(log_in("Moderator"), "?tab=reported")

    page.keyboard.press("a")

    expect(row(page, comment)).to_contain_text("Kept by you")
    assert not comment.reports.open().exists()


def test_decision_that_does_not_arrive_is_told_and_can_be_made_again(log_in, article, complaints):
    (comment,) = fill(article, 1)
    page = log_in("Moderator")
    page.route("**/decide/", lambda route: route.abort())  # in force before the page is there
    open_queue(page)

    page.keyboard.press("a")
    expect(page.locator("[data-toast]")).to_contain_text("The server could not be reached")
    page.unroute("**/decide/")
    complaints.clear()
    row(page, comment).get_by_role("button", name="Approve").click()

    expect(row(page, comment)).to_contain_text("Approved by you")


def test_queue_works_without_a_script(browser, site, log_in, article):
    first, second = fill(article, 2)
    session = log_in("Moderator").context.storage_state()

    with browser.new_context(base_url=site, java_script_enabled=False, storage_state=session) as context:  # fmt: skip
        page = context.new_page()
        page.goto(QUEUE)
        press(row(page, first).get_by_role("button", name="Approve"))
        expect(page.locator(".messagelist")).to_contain_text("1 comment approved.")
        row(page, second).get_by_text("Reject…").click()
        row(page, second).locator("select").select_option(index=1)
        press(row(page, second).get_by_role("button", name="Reject", exact=True))
        press(page.get_by_role("button", name="Undo the last decision"))
        expect(page.locator(".messagelist")).to_contain_text("1 decision undone.")

    assert dict(states()) == {"approved": 1, "pending": 1}


def test_all_that_match_are_decided_from_the_queue(log_in, article):
    fill(article, 60)
    page = open_queue(log_in("Moderator"), "?q=thought")

    page.get_by_role("link", name="Decide all 60 matches…").click()
    page.get_by_role("button", name="Mark all as spam").click()
    expect(page.get_by_role("status")).to_contain_text("60 comments marked as spam.")
    page.get_by_role("button", name="Undo all").click()
    expect(page.get_by_role("status")).to_contain_text("60 decisions undone.")

    assert dict(states()) == {"pending": 60}


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_stands_beyond_the_edge(log_in, article, width):
    factories.comment(article, name="n" * 80, body="c" * 900, email=f"{'e' * 60}@example.org")
    factories.comment(article, name="ليلى", body="مرحبا " * 90)
    page = log_in("Moderator")
    page.set_viewport_size({"width": width, "height": 800})

    open_queue(page, "?tab=all")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
