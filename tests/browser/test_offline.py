"""Nothing typed is lost when the site cannot be reached: forms stay, say so, and keep a draft on the device."""

import json
import re

import pytest
from playwright.sync_api import expect

from comments.models import Comment, Report
from newsletter.models import Subscriber
from tests import factories
from tests.browser import checkers
from tests.browser.conftest import press

STAYS = "What you typed is still here"
DRAFTS = "() => Object.entries(localStorage).filter(([key]) => key.startsWith('draft-'))"


@pytest.fixture
def device(browser, site, complaints):
    """One browser with JavaScript: its tabs share what the device keeps."""
    with browser.new_context(base_url=site, reduced_motion="reduce") as context:
        context.on(
            "page", lambda page: page.on("pageerror", lambda error: complaints.append(str(error)))
        )
        yield context


@pytest.fixture
def article(site):
    return factories.published_article(slug="sleep")


def write(page, body, name="Rosa"):
    form = page.locator("#comment-form")
    form.get_by_label("Name", exact=True).fill(name)
    form.get_by_label("Email address", exact=True).fill("rosa@example.org")
    form.get_by_label("Comment", exact=True).fill(body)


def text_of(page):
    return page.get_by_label("Comment", exact=True)


def send(page):
    page.get_by_role("button", name="Send comment").click()


def opened(device, article):
    page = device.new_page()
    page.goto(article.get_absolute_url())
    return page


def test_comment_sent_while_offline_stays_and_can_be_sent_again(device, article):
    page = opened(device, article)
    write(page, "My words.")
    device.set_offline(True)
    send(page)

    trouble = page.get_by_role("alert")
    expect(trouble).to_contain_text(STAYS)
    expect(text_of(page)).to_have_value("My words.")
    assert page.url.endswith(article.get_absolute_url())

    device.set_offline(False)
    expect(trouble).to_contain_text("You are connected again")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".notice--good")).to_contain_text("awaits moderation")
    expect(trouble).to_have_count(0)
    assert Comment.objects.get().body == "My words."
    assert page.evaluate(DRAFTS) == []


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_that_cannot_answer_is_told_and_the_text_stays(device, article, status):
    page = opened(device, article)
    write(page, "My words.")
    page.route("**/comments/", lambda route: route.fulfill(status=status, body="<h1>Bad</h1>"))
    send(page)

    expect(page.get_by_role("alert")).to_contain_text("The site cannot answer at the moment")
    expect(text_of(page)).to_have_value("My words.")
    page.unroute("**/comments/")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".notice--good")).to_be_visible()


def test_server_that_never_answers_is_given_up(device, article):
    page = device.new_page()
    page.add_init_script(
        "AbortSignal.timeout = () => AbortSignal.abort(new DOMException('', 'TimeoutError'))"
    )
    page.goto(article.get_absolute_url())
    write(page, "My words.")
    send(page)

    expect(page.get_by_role("alert")).to_contain_text("may not have been sent")
    expect(text_of(page)).to_have_value("My words.")


def test_trouble_and_restored_draft_are_accessible(device, article):
    checkers.need(checkers.AXE)
    page = opened(device, article)
    write(page, "My words.")
    device.set_offline(True)
    send(page)
    expect(page.get_by_role("alert")).to_be_visible()
    assert checkers.axe_violations(page) == []

    device.set_offline(False)
    page.reload()
    expect(page.get_by_text("Your draft was restored")).to_be_visible()
    assert checkers.axe_violations(page) == []


def test_draft_comes_back_and_can_be_discarded(device, article):
    page = opened(device, article)
    write(page, "My words, half wri")
    page.close()

    page = opened(device, article)
    expect(page.get_by_text("Your draft was restored")).to_be_visible()
    expect(text_of(page)).to_have_value("My words, half wri")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Rosa")
    expect(page.get_by_label("Email address", exact=True)).to_have_value("")

    page.get_by_role("button", name="Discard").click()
    expect(text_of(page)).to_have_value("")
    expect(text_of(page)).to_be_focused()
    page.close()
    page = opened(device, article)
    expect(page.locator("#comment-counter")).to_be_visible()  # the script is at work
    expect(text_of(page)).to_have_value("")


def test_draft_holds_text_and_name_alone(device, article):
    page = opened(device, article)
    write(page, "My words.")

    ((key, value),) = page.evaluate(DRAFTS)
    assert set(json.loads(value)) <= {"at", "text", "name", "attempt", "tried"}
    assert "rosa@example.org" not in value
    assert "sleep" not in key


def test_draft_is_forgotten_after_a_week(device, article):
    page = opened(device, article)
    write(page, "My words.")
    page.evaluate(
        """() => Object.keys(localStorage).filter((key) => key.startsWith("draft-")).forEach((key) => {
             const draft = JSON.parse(localStorage.getItem(key));
             draft.at -= 8 * 24 * 3600 * 1000;
             localStorage.setItem(key, JSON.stringify(draft));
           })"""
    )
    page.close()

    page = opened(device, article)
    expect(page.locator("#comment-counter")).to_be_visible()
    expect(text_of(page)).to_have_value("")
    assert page.evaluate(DRAFTS) == []


def test_text_sent_as_usual_to_a_broken_server_is_not_lost(device, article):
    page = opened(device, article)
    write(page, "My words.")
    page.evaluate(
        "() => { window.fetch = () => Promise.reject(new Error('a fault of the script')); }"
    )
    page.route("**/comments/", lambda route: route.fulfill(status=502, body="<h1>Bad</h1>"))
    send(page)
    expect(page.get_by_role("heading", name="Bad")).to_be_visible()
    page.close()

    expect(text_of(opened(device, article))).to_have_value("My words.")


def test_drafts_of_two_tabs_do_not_overwrite_each_other(device, article):
    one, other = opened(device, article), opened(device, article)
    write(one, "Words of the first tab.")
    write(other, "Words of the second tab.")
    send(one)
    expect(one.locator(".notice--good")).to_be_visible()
    other.close()

    expect(text_of(opened(device, article))).to_have_value("Words of the second tab.")


def test_other_article_has_a_draft_of_its_own(device, article):
    write(opened(device, article), "About sleep.")

    page = opened(device, factories.published_article(slug="salt"))
    expect(page.locator("#comment-counter")).to_be_visible()
    expect(text_of(page)).to_have_value("")


def test_reply_that_was_begun_is_marked_and_comes_back(device, article):
    factories.approved_comment(article, name="Bo")
    page = opened(device, article)
    page.get_by_role("link", name="Reply to Bo").click()
    expect(page.get_by_role("heading", name="Reply to Bo")).to_be_visible()
    text_of(page).fill("My answer.")
    page.close()

    page = opened(device, article)
    expect(text_of(page)).to_have_value("")
    expect(page.get_by_text("Your draft is kept on this device")).to_be_visible()
    page.get_by_role("link", name="Reply to Bo").click()
    expect(text_of(page)).to_have_value("My answer.")
    page.get_by_role("button", name="Cancel the reply").click()
    page.get_by_role("link", name="Reply to Bo").click()
    expect(text_of(page)).to_have_value("My answer.")


def test_reply_opened_while_offline_stays_on_the_page(device, article):
    factories.approved_comment(article, name="Bo")
    page = opened(device, article)
    write(page, "My own words.")
    device.set_offline(True)
    page.get_by_role("link", name="Reply to Bo").click()

    expect(page.get_by_role("alert")).to_contain_text("could not be reached")
    expect(text_of(page)).to_have_value("My own words.")
    device.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Reply to Bo")).to_be_visible()


def test_tries_of_the_same_words_carry_one_number_and_others_another(device, article):
    page = opened(device, article)
    page.evaluate(
        """() => document.querySelector("#comment-form").insertAdjacentHTML(
             "beforeend", "<input type='hidden' name='attempt'>")"""
    )
    sent = []

    def lose(route):
        sent.append(re.search(r"attempt=([^&]*)", route.request.post_data)[1])
        route.abort()

    page.route("**/comments/", lose)
    write(page, "My words.")
    for name in ("Send comment", "Try again", "Try again"):
        if len(sent) == 2:
            text_of(page).fill("Other words.")
        with page.expect_event("requestfailed"):
            page.get_by_role("button", name=name).click()
        # Until it is told, the form is busy and sends nothing.
        expect(page.locator("#comment-form")).to_have_attribute("aria-busy", "false")
        expect(page.get_by_role("alert")).to_contain_text(STAYS)

    assert len(sent) == 3
    assert sent[0] == sent[1] != sent[2]
    assert all(re.fullmatch(r"[0-9a-f-]{32,36}", number) for number in sent)


def test_report_stays_and_keeps_its_draft(device, article):
    comment = factories.approved_comment(article)
    page = device.new_page()
    page.goto(f"/articles/sleep/comments/{comment.pk}/report/")
    page.get_by_label("Something else").check()
    page.get_by_label("What should the moderators know?").fill("It is wrong.")
    device.set_offline(True)
    page.get_by_role("button", name="Report the comment").click()
    expect(page.get_by_role("alert")).to_contain_text(STAYS)
    device.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url(re.compile("/reported/$"))

    assert Report.objects.get().text == "It is wrong."
    assert page.evaluate(DRAFTS) == []


def test_refusal_of_a_report_is_shown_as_without_script(device, article):
    comment = factories.approved_comment(article)
    page = device.new_page()
    page.goto(f"/articles/sleep/comments/{comment.pk}/report/")
    page.get_by_label("Something else").check()
    page.get_by_label("What should the moderators know?").fill("It is wrong.")
    page.evaluate("() => { document.querySelector('[name=website_address]').value = 'x'; }")
    page.get_by_role("button", name="Report the comment").click()

    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("What should the moderators know?")).to_have_value("It is wrong.")
    page.get_by_role("button", name="Report the comment").click()
    page.wait_for_url(re.compile("/reported/$"))


def test_edit_stays_and_keeps_its_draft(device, article):
    page = opened(device, article)
    write(page, "My words.")
    send(page)
    press(page.get_by_role("link", name="See, edit or delete it"))
    press(page.get_by_role("link", name="Edit", exact=True))
    text_of(page).fill("My better words.")
    device.set_offline(True)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text(STAYS)
    device.set_offline(False)

    page.reload()
    expect(page.get_by_text("Your draft was restored")).to_be_visible()
    expect(text_of(page)).to_have_value("My better words.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("awaits moderation")
    assert Comment.objects.get().body == "My better words."
    assert page.evaluate(DRAFTS) == []


def test_newsletter_box_stays_and_keeps_no_address_on_the_device(device, article):
    page = opened(device, article)
    page.get_by_label("Your email address").fill("rosa@example.org")
    device.set_offline(True)
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("alert")).to_contain_text(STAYS)
    expect(page.get_by_label("Your email address")).to_have_value("rosa@example.org")
    assert page.evaluate(DRAFTS) == []

    device.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url(re.compile("/newsletter/sent/$"))
    assert Subscriber.objects.get().email == "rosa@example.org"


def test_mistake_in_the_newsletter_box_is_shown_in_its_place(device, article):
    page = opened(device, article)
    page.get_by_label("Your email address").fill("rosa@nowhere")
    page.get_by_role("button", name="Subscribe").click()

    expect(page.locator(".signup .error-summary")).to_be_focused()
    expect(page.locator("#comment-form")).to_be_visible()
    page.get_by_label("Your email address").fill("rosa@example.org")
    page.get_by_role("button", name="Subscribe").click()
    page.wait_for_url(re.compile("/newsletter/sent/$"))
