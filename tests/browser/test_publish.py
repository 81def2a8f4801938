"""Write → review → publish, in the admin, by an author and an editor."""

from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import expect

from articles.models import Article
from tests import factories


def write(desk, text: str) -> None:
    """Type into the prose editor of the text."""
    editor = desk.locator(".ProseMirror[contenteditable=true]").first
    editor.click()
    desk.keyboard.type(text)


def press(button) -> None:
    """The form asks first whether the person is still logged in, and is sent then."""
    with button.page.expect_navigation():
        button.click()


def test_author_writes_and_editor_publishes(log_in, reader):
    factories.topic(name="Movement")
    writer = log_in("Author", first_name="Arthur")
    factories.author(name="Arthur Reed", user=User.objects.get())
    writer.goto("/admin/articles/article/add/")
    writer.fill("[name=title]", "Stairs count too")
    write(writer, "Two floors, twice a day.")
    press(writer.get_by_role("button", name="Save", exact=True))
    article = Article.objects.get()
    assert (article.status, article.plain_text) == ("draft", "Two floors, twice a day.")

    writer.goto(f"/admin/articles/article/{article.pk}/change/")
    expect(writer.get_by_role("button", name="Publish")).to_have_count(0)
    press(writer.get_by_role("button", name="review").first)
    article.refresh_from_db()
    assert article.status == "in_review"
    assert reader.goto(article.get_absolute_url()).status == 404

    desk = log_in("Editor")
    desk.goto(f"/admin/articles/article/{article.pk}/change/")
    expect(desk.get_by_text("It has no topic")).to_be_visible()
    desk.get_by_label("Publish although something is missing").check()
    press(desk.get_by_role("button", name="Publish now").first)
    article.refresh_from_db()
    assert article.status == "published"
    assert article.published_at <= timezone.now()
    reader.goto("/")
    reader.get_by_role("link", name="Stairs count too").first.click()
    expect(reader.get_by_text("Two floors, twice a day.")).to_be_visible()


def test_editor_corrects_what_readers_see_in_a_working_copy(log_in, reader):
    article = factories.published_article(by=factories.author(), body="<p>Two floors.</p>")
    desk = log_in("Editor")
    desk.goto(f"/admin/articles/article/{article.pk}/change/")
    write(desk, " Not three.")
    desk.get_by_role("button", name="Publish changes").click()
    expect(desk.locator(".passage ins")).to_contain_text("Not three.")
    reader.goto(article.get_absolute_url())
    expect(reader.get_by_text("Not three")).to_have_count(0)

    desk.get_by_label("A correction").check()
    desk.get_by_label("What was wrong, and what is right").fill("We had written three.")
    desk.get_by_label("Publish although something is missing").check()
    desk.get_by_role("button", name="Publish changes now").click()

    reader.reload()
    expect(reader.get_by_text("Two floors. Not three.")).to_be_visible()
    expect(reader.get_by_text("We had written three.")).to_be_visible()
