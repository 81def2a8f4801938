"""Read → comment → approve in the admin → visible. The reader's browser runs no JavaScript."""

from playwright.sync_api import expect

from tests import factories

AS_TYPED = 'Is p<0.05 enough if a<b & "x" holds? <script>alert(1)</script>'


def write_comment(reader, body: str) -> None:
    reader.get_by_label("Name").fill("Rosa")
    reader.get_by_label("E-mail address").first.fill("rosa@example.org")
    reader.get_by_label("Comment", exact=True).fill(body)
    reader.wait_for_timeout(
        2500
    )  # nobody types faster; a form sent at once is taken for a program's
    reader.get_by_role("button", name="Send comment").click()


def test_comment_is_public_once_a_moderator_approved_it(reader, log_in):
    article = factories.published_article(title="A walk after lunch")
    reader.goto("/")
    reader.get_by_role("link", name="A walk after lunch").first.click()

    write_comment(reader, AS_TYPED)

    expect(reader.get_by_role("heading", level=1)).to_contain_text("awaits moderation")
    expect(reader.get_by_text('p<0.05 enough if a<b & "x" holds?')).to_be_visible()
    reader.goto(article.get_absolute_url())
    expect(reader.get_by_text("p<0.05")).to_have_count(0)

    desk = log_in("Moderator")
    desk.goto("/admin/comments/comment/")
    expect(desk.get_by_text("p<0.05 enough")).to_be_visible()
    desk.locator("#queue-list").get_by_role("button", name="Approve").click()
    expect(desk.get_by_text("Approved by you")).to_be_visible()

    reader.goto(article.get_absolute_url())
    expect(reader.locator(".comment")).to_have_count(1)
    expect(reader.locator(".comment__author")).to_have_text("Rosa")
    expect(reader.locator(".comment__body")).to_have_text('Is p<0.05 enough if a<b & "x" holds?')


def test_mistake_in_the_form_keeps_what_was_typed(reader):
    article = factories.published_article()
    reader.goto(article.get_absolute_url())
    reader.get_by_label("Name").fill("Rosa")
    reader.get_by_label("E-mail address").first.fill("rosa@nowhere")
    reader.get_by_label("Comment", exact=True).fill("A thought that took a while to write.")
    reader.get_by_role("button", name="Send comment").click()

    expect(reader.get_by_role("alert").first).to_be_visible()
    expect(reader.get_by_label("Comment", exact=True)).to_have_value(
        "A thought that took a while to write."
    )
