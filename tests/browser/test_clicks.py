"""What jobs at the desk take: clicks, page loads and fields, counted in a browser and kept in docs/editing.md.

The table there is what was counted, or the test fails. To write it anew:
`COUNTED=write uv run pytest tests/browser/test_clicks.py`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core import mail
from playwright.sync_api import Locator, Page, expect

from articles.models import Article
from tests import factories
from tests.browser.conftest import EDITOR, PASSWORD, opened_editor
from tests.browser.counted import compare_or_write

GUIDE = Path(__file__).parents[2] / "docs" / "editing.md"
WORDS = 900
PARAGRAPH = "Two floors a day are more than most of us climb in a week. " * 5
_LINK = re.compile(r"http://\S+/admin/invitation/\S+")


@dataclass
class Job:
    """Counts what a person does on the page, from the page that is open on."""

    page: Page
    name: str
    clicks: int = 0
    loads: int = 0
    fields: int = 0

    def __post_init__(self) -> None:
        self.page.on("domcontentloaded", self._loaded)

    def _loaded(self, page: Page) -> None:
        self.loads += 1

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1

    def go(self, target: Locator) -> None:
        """Click on what leads to another page."""
        with self.page.expect_navigation():
            self.click(target)

    def fill(self, target: Locator, text: str) -> None:
        target.fill(text)
        self.fields += 1

    def enter(self, target: Locator, text: str) -> None:
        """Fill a field and press Enter."""
        self.fill(target, text)
        with self.page.expect_navigation():
            target.press("Enter")

    def write(self, text: str) -> None:
        """Type into the prose editor; a click leads there."""
        self.click(self.page.locator(f".field-body {EDITOR}"))
        self.page.keyboard.press("Control+End")
        self.page.keyboard.insert_text(text)
        self.fields += 1

    def choose(self, field: str, words: str) -> None:
        """Choose a row in a field that is searched."""
        self.click(self.page.locator(f".field-{field} .select2-selection"))
        self.fill(self.page.locator(".select2-search__field"), words)
        # While the answer is on its way, other rows stand under the pointer.
        expect(self.page.locator(".select2-results__option")).to_have_text([words])
        self.click(self.page.locator(".select2-results__option"))

    @property
    def line(self) -> str:
        return f"| {self.name} | {self.clicks} | {self.loads} | {self.fields} |"


def write_and_submit(log_in) -> Job:
    topic = factories.topic(name="Movement")
    factories.topic(name="Sleep")
    writer = log_in("Author", first_name="Arthur")
    factories.author(name="Arthur Reed", user=User.objects.get(username="author"))
    job = Job(
        writer, f"An author writes an article of {WORDS} words with two references and hands it in"
    )
    job.go(writer.get_by_role("link", name="Write an article"))
    opened_editor(writer)
    job.fill(writer.locator("[name=title]"), "Stairs count too")
    job.fill(writer.locator("[name=standfirst]"), "Two floors are enough, if you climb them.")
    text = PARAGRAPH * (WORDS // len(PARAGRAPH.split()) + 1)
    job.write(" ".join(text.split()[: WORDS - 2]) + " [1] [2]")
    job.choose("topic", "Movement")
    job.click(writer.locator("#references-group summary").first)
    for number, source in enumerate(("Reed A. Stairs. 2024.", "Reed B. Floors. 2025.")):
        if not writer.locator(f"[name=references-{number}-text]").is_visible():
            job.click(writer.locator("#references-group .add-row a"))
        job.fill(writer.locator(f"[name=references-{number}-text]"), source)
    job.go(writer.get_by_role("button", name="Send for review").first)
    article = Article.objects.get()
    assert (article.status, article.topic, article.references.count()) == ("in_review", topic, 2)
    assert article.word_count >= WORDS - 2
    return job


def correct(log_in) -> Job:
    article = Article.objects.get()
    article.publish(by=None)
    desk = log_in("Editor")
    desk.goto(article.get_absolute_url())
    job = Job(
        desk, "An editor corrects a live article, from its public page on, and says so to readers"
    )
    job.go(desk.get_by_role("link", name="Edit this article"))
    opened_editor(desk)
    job.write(" Not three.")
    panel = desk.locator(".publish-changes")
    job.click(panel.locator("summary"))
    job.click(panel.get_by_label("A correction"))
    job.fill(panel.get_by_label("What was wrong and what is right"), "We had written three.")
    sure = panel.get_by_label("Publish although something is missing")
    if sure.count():
        job.click(sure)
    job.go(desk.get_by_role("button", name="Publish changes now"))
    article.refresh_from_db()
    assert "Not three." in article.plain_text
    assert article.corrections.get().text == "We had written three."
    return job


def invite(log_in, browser, site) -> Job:
    desk = log_in("Editor", name="eva")
    job = Job(desk, "An editor invites an author, who joins and stands with name and page")
    job.click(desk.locator(".invite summary"))
    job.fill(desk.locator("[name=name]"), "Ana Bell")
    job.fill(desk.locator("[name=email]"), "ana@example.org")
    job.click(desk.locator("[name=role][value=Author]"))
    job.go(desk.get_by_role("button", name="Send invitation"))
    with browser.new_context(base_url=site) as context:
        ana = context.new_page()
        joining = Job(ana, "")
        ana.goto(_LINK.search(mail.outbox[-1].body)[0])
        joining.fill(ana.locator("[name=password1]"), PASSWORD)
        joining.fill(ana.locator("[name=password2]"), PASSWORD)
        joining.go(ana.get_by_role("button", name="Set password"))
        if "/login/" in ana.url:
            joining.fill(ana.locator("[name=username]"), "ana@example.org")
            joining.fill(ana.locator("[name=password]"), PASSWORD)
            joining.go(ana.locator("[type=submit]"))
        expect(ana.get_by_role("link", name="Write an article")).to_be_visible()
    person = User.objects.get(username="ana@example.org")
    assert person.author.name == "Ana Bell"
    job.clicks, job.loads = job.clicks + joining.clicks, job.loads + joining.loads
    job.fields += joining.fields
    return job


@pytest.mark.long
def test_jobs_take_what_the_guide_says(log_in, browser, site):
    jobs = [write_and_submit(log_in), correct(log_in), invite(log_in, browser, site)]
    head = ["| the job | clicks | pages | fields |", "|---|---:|---:|---:|"]
    compare_or_write(GUIDE, head, [job.line for job in jobs])
