"""What readers' jobs take by keyboard alone: presses, pages, fields and Tab, counted and kept in docs/quality.md.

The table there is what was counted, or the test fails. To write it anew:
`COUNTED=write uv run pytest tests/browser/test_reader_jobs.py`.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from articles.models import Article
from articles.search.words import read_new_words
from comments.models import Comment, Report
from newsletter import links
from newsletter.models import Subscriber
from tests import factories
from tests.browser.counted import compare_or_write

GUIDE = Path(__file__).parents[2] / "docs" / "quality.md"
MOST_TABS = 150
HAS_FOCUS = "element => element === document.activeElement"


@dataclass
class Job:
    """Counts what a person does from the page that is open on, with nothing but a keyboard."""

    page: Page
    name: str
    presses: int = 0
    loads: int = 0
    fields: int = 0
    tabs: int = 0

    def __post_init__(self) -> None:
        self.page.on("domcontentloaded", self._loaded)

    def _loaded(self, page: Page) -> None:
        self.loads += 1

    def reach(self, target: Locator) -> None:
        """Press Tab until the target has the focus."""
        for _tab in range(MOST_TABS):
            if target.evaluate(HAS_FOCUS):
                return
            self.page.keyboard.press("Tab")
            self.tabs += 1
        raise AssertionError(f"no way to {target}")

    def press(self, target: Locator, key: str = "Enter") -> None:
        self.reach(target)
        self.page.keyboard.press(key)
        self.presses += 1

    def go(self, target: Locator) -> None:
        """Press what leads to another page."""
        with self.page.expect_navigation():
            self.press(target)

    def fill(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.insert_text(text)
        self.fields += 1

    @property
    def line(self) -> str:
        return f"| {self.name} | {self.presses} | {self.loads} | {self.fields} | {self.tabs} |"


@pytest.fixture
def page(browser, site, complaints):
    with browser.new_context(base_url=site, reduced_motion="reduce") as context:
        page = context.new_page()
        complaints.watch(page)
        yield page


@pytest.fixture
def article(site) -> Article:
    """Five headings, two references, and a thread of three."""
    article = factories.published_article(
        title="Magnesium and sleep",
        body="".join(
            f"<h2>Part {number}</h2><p>Words [{number % 2 + 1}].</p>" for number in range(5)
        ),
        by=factories.author(name="Ada"),
        topic=factories.topic(name="Sleep"),
    )
    for number in (1, 2):
        article.references.create(number=number, text=f"Source {number}.")
    article.save()
    for name in ("Bo", "Cy", "Di"):
        factories.approved_comment(article, name=name)
    return article


def write(job: Job, body: str, *, asks_who: bool = True) -> None:
    form = job.page.locator("#comment-form")
    if asks_who:
        job.fill(form.get_by_label("Name", exact=True), "Rosa")
        job.fill(form.get_by_label("Email address", exact=True), "rosa@example.org")
    job.fill(form.get_by_label("Comment", exact=True), body)
    job.press(form.get_by_role("button", name="Send comment"))
    expect(job.page.locator(".notice--good")).to_contain_text("awaits moderation")


def open_thread(page: Page, article: Article) -> None:
    page.goto(article.get_absolute_url())
    expect(page.locator("#comment-counter")).to_be_visible()  # the script is at work


def comment(page: Page, article: Article) -> Job:
    open_thread(page, article)
    job = Job(page, "Comment, from the article's page")
    shortcut = page.get_by_role("link", name="Write a comment").first
    if shortcut.count():
        job.press(shortcut)
    write(job, "My words.")
    return job


def reply(page: Page, article: Article) -> Job:
    open_thread(page, article)
    job = Job(page, "Reply to the second comment")
    job.press(page.get_by_role("link", name="Reply to Cy"))
    expect(page.locator(".comment .comment-desk").get_by_label("Name", exact=True)).to_be_focused()
    write(job, "My answer.")
    assert Comment.objects.get(body="My answer.").parent.name == "Cy"
    return job


def edit(page: Page, article: Article) -> Job:
    Comment.objects.get(body="My words.").approve(by=None)
    open_thread(page, article)
    job = Job(page, "Edit one's published comment")
    job.go(page.get_by_role("link", name="Edit your comment"))
    job.fill(page.get_by_label("Comment", exact=True), " And more.")
    job.go(page.get_by_role("button", name="Save"))
    assert "And more." in Comment.objects.get(body__contains="My words.").body
    return job


def delete(page: Page, article: Article) -> Job:
    Comment.objects.get(body__contains="My words.").approve(by=None)
    open_thread(page, article)
    job = Job(page, "Delete one's published comment")
    job.go(page.get_by_role("link", name="Delete your comment"))
    job.go(page.get_by_role("button", name="Delete my comment"))
    assert Comment.objects.filter(status="withdrawn").count() == 1
    return job


def report(page: Page, article: Article) -> Job:
    open_thread(page, article)
    job = Job(page, "Report the first comment")
    job.go(page.get_by_role("link", name="Report the comment by Bo"))
    job.press(page.locator("[name=reason]").first, "Space")
    job.go(page.get_by_role("button", name="Report the comment"))
    assert Report.objects.get().comment.name == "Bo"
    return job


def subscribe(page: Page, article: Article) -> Job:
    page.goto("/")
    job = Job(page, "Subscribe to the newsletter, from the front page")
    box = page.locator(".signup")
    job.fill(box.locator("[name=email]"), "rosa@example.org")
    job.go(box.locator("[type=submit]"))
    assert Subscriber.objects.get().status == "pending"
    return job


def leave(page: Page, article: Article) -> Job:
    subscriber = factories.subscriber()
    page.goto(links.unsubscribe_url(subscriber))
    job = Job(page, "Leave the newsletter, from the link in its mail")
    job.press(page.locator("main form [type=submit]").first)
    expect(page.get_by_role("heading", level=1)).to_contain_text("unsubscribed")
    subscriber.refresh_from_db()
    assert subscriber.status == "unsubscribed"
    return job


def find(page: Page, article: Article) -> Job:
    read_new_words()
    page.goto("/")
    job = Job(page, "Find an article by a misspelt word, from the front page")
    job.go(page.locator(".masthead").get_by_role("link", name="Search"))
    job.fill(page.locator("#search_q"), "magnezium")
    job.go(page.locator("#search_submit"))
    job.go(page.locator(".hit__title a").first)
    expect(page.get_by_role("heading", level=1)).to_have_text("Magnesium and sleep")
    return job


@pytest.mark.long
def test_jobs_take_what_the_docs_say(page, article):
    tasks = (comment, reply, edit, delete, report, subscribe, leave, find)
    lines = [task(page, article).line for task in tasks]

    head = ["| the job | presses | pages | fields | Tab |", "|---|---:|---:|---:|---:|"]
    compare_or_write(GUIDE, head, lines)
