"""Read → comment → approve in the admin → visible, without JavaScript; and what is easier with it."""

import pytest
from playwright.sync_api import expect

from comments.models import Comment
from tests import factories
from tests.browser import checkers

AS_TYPED = 'Is p<0.05 enough if a<b & "x" holds? <script>alert(1)</script>'


DUPLICATE_IDS = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  return ids.filter((id, place) => ids.indexOf(id) !== place);
}"""


def fill_in(page, body: str, email: str = "rosa@example.org") -> None:
    form = page.locator("#comment-form")
    form.get_by_label("Name", exact=True).fill("Rosa")
    form.get_by_label("Email address", exact=True).fill(email)
    form.get_by_label("Comment", exact=True).fill(body)


def write_comment(page, body: str) -> None:
    fill_in(page, body)
    page.get_by_role("button", name="Send comment").click()


def test_comment_is_public_once_a_moderator_approved_it(reader, log_in):
    article = factories.published_article(title="A walk after lunch")
    reader.goto("/")
    reader.get_by_role("link", name="A walk after lunch").first.click()

    write_comment(reader, AS_TYPED)

    expect(reader.get_by_role("heading", level=1)).to_contain_text("awaits moderation")
    expect(reader.get_by_text('p<0.05 enough if a<b & "x" holds?')).to_be_visible()
    reader.goto(article.get_absolute_url())
    expect(reader.locator(".own-comments")).to_contain_text("Awaits moderation")
    expect(reader.locator(".comment")).to_have_count(0)

    desk = log_in("Moderator")
    desk.goto("/admin/comments/queue/")
    expect(desk.get_by_text("p<0.05 enough")).to_be_visible()
    desk.locator("#queue-list").get_by_role("button", name="Approve").click()
    expect(desk.get_by_text("Approved by you")).to_be_visible()

    reader.goto(article.get_absolute_url())
    expect(reader.locator(".own-comments")).to_have_count(0)
    expect(reader.locator(".comment")).to_have_count(1)
    expect(reader.locator(".comment__author")).to_have_text("Rosa")
    expect(reader.locator(".comment__body")).to_have_text('Is p<0.05 enough if a<b & "x" holds?')


def test_mistake_in_the_form_keeps_what_was_typed(reader):
    article = factories.published_article()
    reader.goto(article.get_absolute_url())
    reader.get_by_label("Name").fill("Rosa")
    reader.get_by_label("Email address").first.fill("rosa@nowhere")
    reader.get_by_label("Comment", exact=True).fill("A thought that took a while to write.")
    reader.get_by_role("button", name="Send comment").click()

    expect(reader.get_by_role("alert").first).to_be_visible()
    expect(reader.get_by_label("Comment", exact=True)).to_have_value(
        "A thought that took a while to write."
    )


def test_reply_needs_no_script(reader):
    article = factories.published_article()
    factories.approved_comment(article, name="Bo", body="Is it so?")
    reader.goto(article.get_absolute_url())

    reader.get_by_role("link", name="Reply to Bo").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Reply to Bo")
    expect(reader.get_by_text("Is it so?")).to_be_visible()
    write_comment(reader, "It is.")

    expect(reader.get_by_role("heading", level=1)).to_contain_text("awaits moderation")
    assert Comment.objects.latest("pk").parent.name == "Bo"


def test_preview_needs_no_script(reader):
    article = factories.published_article()
    reader.goto(article.get_absolute_url())
    fill_in(reader, "My words.")

    reader.get_by_role("button", name="Preview").click()
    expect(reader.locator(".comment-desk__preview .comment__body")).to_have_text("My words.")
    assert not Comment.objects.exists()
    reader.locator(".comment-desk__preview").get_by_role("button", name="Send comment").click()

    expect(reader.get_by_role("heading", level=1)).to_contain_text("awaits moderation")


# With JavaScript


@pytest.fixture
def page(browser, site, complaints):
    with browser.new_context(base_url=site, reduced_motion="reduce") as context:
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page


def test_comment_is_sent_without_leaving_the_page(page):
    article = factories.published_article()
    page.goto(article.get_absolute_url())
    write_comment(page, "My words.")

    notice = page.locator(".notice--good")
    expect(notice).to_contain_text("awaits moderation")
    expect(notice).to_be_focused()
    assert page.url.endswith(article.get_absolute_url())
    assert Comment.objects.get().body == "My words."

    page.reload()
    expect(page.locator(".own-comments")).to_contain_text("My words.")


def test_own_comment_is_known_again_once_it_is_published(page):
    article = factories.published_article()
    other = factories.approved_comment(article)
    page.goto(article.get_absolute_url())
    write_comment(page, "My words.")
    expect(page.locator(".notice--good")).to_be_visible()
    Comment.objects.get(body="My words.").approve(by=None)
    page.goto(article.get_absolute_url())

    mine = page.locator(".comment", has_text="My words.")
    expect(mine.locator(".badge")).to_have_text("Your comment")
    expect(mine.get_by_role("link", name="Delete your comment")).to_be_visible()
    expect(page.locator(f"#comment-{other.pk} .badge")).to_have_count(0)
    mine.get_by_role("link", name="Edit your comment").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Edit your comment")


def test_who_sent_nothing_asks_nothing(page):
    article = factories.published_article()
    factories.approved_comment(article)
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(article.get_absolute_url())
    expect(page.locator("#comment-counter")).to_be_visible()  # the script is at work

    assert not [url for url in asked if url.endswith("/comments/own/")]


def test_notice_says_to_open_the_mail_that_confirms_the_address(page):
    page.goto(factories.published_article().get_absolute_url())
    fill_in(page, "My words.")
    page.get_by_label("Email me when").check()
    page.get_by_role("button", name="Send comment").click()

    expect(page.locator(".notice--good")).to_contain_text("Open the email we sent you")


def test_what_the_script_shows_is_accessible(page):
    checkers.need(checkers.AXE)
    article = factories.published_article()
    factories.approved_comment(article, name="Bo")
    page.goto(article.get_absolute_url())
    write_comment(page, "My words.")
    expect(page.locator(".notice--good")).to_be_visible()
    assert checkers.axe_violations(page) == []

    page.reload()
    expect(page.get_by_label("Remember my name")).to_be_visible()  # the script is at work
    page.get_by_role("link", name="Reply to Bo").click()
    expect(page.locator(".comment .comment-desk")).to_be_visible()
    assert checkers.axe_violations(page) == []


def test_mistake_is_shown_in_place_and_takes_the_focus(page):
    article = factories.published_article()
    page.goto(article.get_absolute_url())
    fill_in(page, "My words.", email="rosa@nowhere")
    page.get_by_role("button", name="Send comment").click()

    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("Comment", exact=True)).to_have_value("My words.")
    assert page.url.endswith(article.get_absolute_url())
    assert page.evaluate(DUPLICATE_IDS) == []


def test_reply_is_written_below_its_comment(page):
    article = factories.published_article()
    factories.approved_comment(article, name="Bo")
    other = factories.approved_comment(article, name="Cy")
    page.goto(article.get_absolute_url())
    fill_in(page, "My own comment, begun.")

    page.get_by_role("link", name="Reply to Bo").click()
    page.get_by_role("link", name="Reply to Cy").click()
    desk = page.locator(f"#comment-{other.pk} .comment-desk")
    expect(desk.get_by_label("Comment", exact=True)).to_be_focused()
    assert page.evaluate(DUPLICATE_IDS) == []
    desk.get_by_label("Comment", exact=True).fill("My answer.")
    desk.get_by_role("button", name="Preview").click()
    expect(desk.locator(".comment-desk__preview .comment__body")).to_have_text("My answer.")
    desk.locator(".comment-desk__preview").get_by_role("button", name="Send comment").click()

    expect(page.locator(f"#comment-{other.pk} .notice--good")).to_be_focused()
    expect(page.get_by_label("Comment", exact=True)).to_have_value("My own comment, begun.")
    assert Comment.objects.get(body="My answer.").parent == other


def test_reply_chosen_last_wins_though_its_form_comes_first(page):
    article = factories.published_article()
    slow = factories.approved_comment(article, name="Bo")
    factories.approved_comment(article, name="Cy")
    page.goto(article.get_absolute_url())
    expect(page.get_by_label("Remember my name")).to_be_visible()  # the script is at work
    held = []
    page.route(f"**/comments/{slow.pk}/reply/", lambda route: held.append(route))

    page.get_by_role("link", name="Reply to Bo").click()
    page.get_by_role("link", name="Reply to Cy").click()
    expect(page.get_by_role("heading", name="Reply to Cy")).to_be_visible()
    with page.expect_response(f"**/comments/{slow.pk}/reply/"):
        held[0].continue_()
    page.evaluate("fetch(location.href)")  # what came before it has been dealt with by now

    expect(page.get_by_role("heading", name="Reply to Cy")).to_be_visible()
    expect(page.get_by_role("heading", name="Reply to Bo")).to_have_count(0)


def test_reply_that_is_given_up_leaves_the_page_as_it_was(page):
    article = factories.published_article()
    factories.approved_comment(article, name="Bo")
    page.goto(article.get_absolute_url())
    expect(page.get_by_label("Remember my name")).to_be_visible()  # the script is at work
    page.get_by_role("link", name="Reply to Bo").click()

    page.get_by_role("button", name="Cancel the reply").click()

    expect(page.get_by_role("link", name="Reply to Bo")).to_be_focused()
    expect(page.locator(".comment-desk")).to_have_count(1)
    expect(page.locator(".comment .comment-desk")).to_have_count(0)


def test_form_is_sent_as_usual_when_the_script_fails(page):
    article = factories.published_article()
    page.goto(article.get_absolute_url())
    page.evaluate("() => { window.fetch = () => Promise.reject(new Error('away')); }")

    write_comment(page, "My words.")

    expect(page.get_by_role("heading", level=1)).to_contain_text("awaits moderation")


def test_name_and_address_are_kept_on_the_device_only_when_asked(page):
    article = factories.published_article()
    page.goto(article.get_absolute_url())
    remember = page.get_by_label("Remember my name")
    write_comment(page, "First words.")
    expect(page.locator(".notice--good")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Name", exact=True)).to_have_value("")

    remember.check()
    write_comment(page, "Second words.")
    expect(page.locator(".notice--good")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Rosa")

    remember.uncheck()
    page.reload()
    expect(page.get_by_label("Name", exact=True)).to_have_value("")


def test_counter_says_how_much_is_left(page):
    page.goto(factories.published_article().get_absolute_url())
    expect(page.locator("#comment-counter")).to_be_visible()

    page.get_by_label("Comment", exact=True).fill("😀 four")
    expect(page.locator("#comment-counter")).to_have_text("4,994 characters left")

    page.get_by_label("Comment", exact=True).fill("x" * 5001)
    expect(page.locator("#comment-counter")).to_have_text("1 character too many")
