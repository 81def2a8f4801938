"""An article goes its whole way, from the invitation of its author to a correction and back, each step in a browser."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from articles.models import Article
from tests import factories
from tests.browser.conftest import PASSWORD, opened_editor, press, type_on
from tests.clock import after

WORDS = "Two floors a day are more than most of us climb in a week. " * 66
WRITE = """html => {
  const {editor} = document.querySelector(".field-body .ProseMirror[contenteditable=true]");
  editor.chain().setContent(html).focus("end").run();
}"""


def opened(page, article):
    page.goto(f"/admin/articles/article/{article.pk}/change/")
    return opened_editor(page)


def unfold(page, name: str) -> None:
    page.locator(f".room__beside details:has([name={name}]) > summary").click()


def more(page, name: str) -> None:
    """A step from the menu of the bar."""
    page.locator(".writing-bar__menu > summary", has_text="More").click()
    press(page.get_by_role("button", name=name, exact=True))


def invited(desk, context):
    """The desk of an author who joined by the link in the mail."""
    desk.locator(".invite > summary").click()
    desk.get_by_label("Name").fill("Ana Bell")
    desk.get_by_label("Email address").fill("ana@example.org")
    desk.get_by_label("Author: writes").check()
    press(desk.get_by_role("button", name="Send invitation"))
    ana = context.new_page()
    ana.goto(re.search(r"http://\S+/admin/invitation/\S+", mail.outbox[-1].body)[0])
    ana.fill("[name=password1]", PASSWORD)
    ana.fill("[name=password2]", PASSWORD)
    press(ana.get_by_role("button", name="Set password"))
    return ana


def written(ana, image) -> Article:
    """An article of 900 words with table, figure and references, through a crash, sent for review."""
    press(ana.get_by_role("link", name="Write an article"))
    opened_editor(ana).fill("[name=title]", "Stairs count too")
    ana.fill("[name=standfirst]", "Two floors are enough.")
    ana.evaluate(
        WRITE,
        f"<h2>Why</h2><p>{WORDS}[1]</p><table><tbody><tr><th>Floors</th><td>2</td></tr></tbody></table>"
        f'<figure><img src="{image.file.url}" alt="Stairs"></figure><p>Two floors</p>',
    )
    type_on(ana, ", twice a day [2].")
    unfold(ana, "references-TOTAL_FORMS")
    # What was typed last is kept: the page says so of all that was kept before, too.
    with ana.expect_response(lambda answer: "Stairs%2B1." in (answer.request.post_data or "")):
        for number in range(2):
            ana.locator("#references-group .add-row a").click()
            ana.fill(f"[name=references-{number}-text]", f"Reed A. Stairs {number}.")
    expect(ana.locator("[data-state]")).to_contain_text("Draft kept at")
    again = ana.context.new_page()
    ana.close(run_before_unload=False)
    again.goto("/admin/articles/article/add/")
    press(again.get_by_role("button", name="Restore"))
    press(again.get_by_role("button", name="Send for review"))
    return Article.objects.get()


def signed_off(desk, expert, article) -> None:
    desk.goto(f"/admin/articles/article/{article.pk}/experts/")
    desk.get_by_label("Name").fill("Dr Eve Park")
    press(desk.get_by_role("button", name="Create link"))
    expert.goto(desk.locator(".experts__address a").get_attribute("href"))
    expert.locator("[name=credentials]").fill("MD")
    expert.locator("[name=interests]").fill("None")
    expert.locator("[name=confirm]").check()
    press(expert.get_by_role("button", name="Sign off"))
    desk.reload()
    press(desk.get_by_role("button", name="Accept"))


@pytest.mark.long
def test_article_goes_its_whole_way(log_in, browser, site, reader):
    desk = log_in("Editor")
    with browser.new_context(base_url=site) as context:
        article = written(invited(desk, context), factories.image())
        assert (article.status, article.references.count()) == ("in_review", 2)
        assert article.word_count > 900

        unfold(opened(desk, article), "note")
        desk.fill("[name=note]", "Say how high a floor is.")
        more(desk, "Return to draft")
        ana = context.pages[-1]
        ana.goto("/admin/")
        expect(ana.get_by_text("Say how high a floor is.")).to_be_visible()
        press(opened(ana, article).get_by_role("button", name="Send for review"))

    signed_off(desk, reader, article)
    more(opened(desk, article), "Approve")
    unfold(opened(desk, article), "publish_on_0")
    time = timezone.localtime() + timedelta(hours=1)
    desk.fill("[name=publish_on_0]", f"{time:%Y-%m-%d}")
    desk.fill("[name=publish_on_1]", f"{time:%H:%M:%S}")
    desk.get_by_label("Publish although something is missing").check()
    more(desk, "Schedule")
    assert reader.goto(article.get_absolute_url()).status == 404

    with after(hours=1, minutes=1):
        reader.reload()
        expect(reader.get_by_role("heading", name="Stairs count too")).to_be_visible()
        expect(reader.get_by_text("Dr Eve Park").first).to_be_visible()

        opened(desk, article).evaluate(WRITE, "<p>Two floors, not three [1] [2].</p>")
        press(desk.get_by_role("button", name="Save and stay"))
        reader.reload()
        expect(reader.get_by_text("not three")).to_have_count(0)

        desk.locator(".publish-changes > summary").click()
        press(desk.get_by_role("button", name="Compare first"))
        expect(desk.locator(".passage ins").last).to_contain_text("not three")
        desk.get_by_label("A correction").check()
        desk.get_by_label("What was wrong and what is right").fill("We had written three.")
        desk.get_by_label("Publish although something is missing").check()
        press(desk.get_by_role("button", name="Publish changes now"))
        reader.reload()
        expect(reader.get_by_text("Two floors, not three")).to_be_visible()
        expect(reader.get_by_text("We had written three.")).to_be_visible()

        before = article.revisions.get(action="scheduled")
        desk.goto(f"/admin/articles/article/{article.pk}/history/{before.pk}/")
        press(desk.get_by_role("button", name="Restore this text"))
        expect(desk.get_by_text("with unpublished changes").first).to_be_visible()
        expect(desk.locator(".field-body")).to_contain_text("twice a day")
