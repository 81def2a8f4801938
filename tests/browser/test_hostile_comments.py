"""The hostile corpus on every page and in every mail that shows a comment, in a browser that runs scripts."""

from datetime import timedelta
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from comments.models import Comment, ModeratorMail
from comments.moderating import digests
from comments.writers import mails as writer_mails
from comments.writing import receiving
from config.web.mail import messages as mail
from config.web.requests.throttle import Limit
from tests import factories
from tests.comments.hostile import PAYLOADS
from tests.comments.sending import filled_in
from tests.comments.test_hostile_corpus import Reading

ATOM = "{http://www.w3.org/2005/Atom}"
AN_ARTICLE = 45  # fewer than a page of a thread

# What a browser finds in each place that shows readers' words: its number, its words, and the elements in it.
# A long comment is folded: its beginning stands above the whole.
FOUND = """place => [...document.querySelectorAll(place)].map(element => {
    for (const folded of element.querySelectorAll("details")) folded.open = true;
    for (const again of element.querySelectorAll(".comment__beginning, summary")) again.remove();
    return [
        Number(element.closest("[id]").id.replace(/[^0-9]/g, "")),
        element.innerText,
        [...element.querySelectorAll(":not(details)")].map(inside => inside.localName),
    ];
})"""
# Nothing that a comment could have brought along: our own scripts come from our own address.
FOREIGN = """() => [...document.querySelectorAll(
    "script:not([type='application/ld+json']), iframe, object, embed, base, [srcdoc], [src], [onload], [onerror]")]
    .filter(element => !element.src?.startsWith(location.origin)).map(element => element.outerHTML.slice(0, 200))"""


@pytest.fixture
def page(browser, site, complaints):
    with browser.new_context(base_url=site) as context:
        page = context.new_page()
        complaints.watch(page)
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        yield page


@pytest.fixture
def comments(site, monkeypatch):
    """The whole corpus, sent as readers send it: in the text and in the name."""
    monkeypatch.setattr(
        receiving, "PER_SITE", Limit("hostile", times=1000, period=timedelta(hours=1))
    )
    articles = [factories.published_article() for _n in range(len(PAYLOADS) // AN_ARTICLE + 1)]
    for number, (_group, typed, _kept) in enumerate(PAYLOADS):
        send(number, typed, to=articles[number // AN_ARTICLE])
    # The digest leaves out what came this very moment.
    Comment.objects.update(created_at=F("created_at") - timedelta(minutes=5))
    return {comment.pk: comment for comment in Comment.objects.all()}


def send(number, typed, *, to):
    """From a network and a writer of its own; byte for byte, as no browser would."""
    fields = filled_in(
        to,
        name=f"N{number} {typed}"[:80],
        email=f"r{number}@example.org",
        body=f"before {number} {typed} after",
    )
    answer = Client(REMOTE_ADDR=f"10.{number // 200}.{number % 200}.1").generic(
        "POST",
        f"/articles/{to.slug}/comments/",
        urlencode(fields, errors="surrogatepass").encode(),
        "application/x-www-form-urlencoded",
    )
    assert answer.status_code == 303, typed


def read(page, place, expected):
    """Each comment stands there once, with all of its words and no others, and with harmless elements only."""
    assert page.evaluate(FOREIGN) == []
    found = page.evaluate(FOUND, place)
    for number, text, elements in found:
        assert set(elements) <= {"p", "br", "a"}
        assert text.split() == expected[number].split()
    return [number for number, _text, _elements in found]


def read_queue(desk, expected):
    seen = []
    for tab in ("pending", "held"):
        address = f"?tab={tab}"
        while address:
            desk.goto(f"/admin/comments/queue/{address}")
            seen += read(desk, ".queue-comment .queue-text", expected)
            onward = desk.locator("[data-next] a[rel=next]")
            address = onward.get_attribute("href") if onward.count() else ""
    return seen


def read_threads(page, comments, expected):
    """The articles' pages, and the feeds of their threads."""
    seen, fed = [], []
    for address in {comment.article.get_absolute_url() for comment in comments.values()}:
        page.goto(address)
        seen += read(page, ".comment .comment__body", expected)
        fed += read_feed(page.request.get(f"{address}comments/feed/").text(), expected)
    assert sorted(seen) == sorted(fed)
    return seen


def read_feed(xml, expected):
    seen = []
    for entry in ElementTree.fromstring(xml).iter(f"{ATOM}entry"):  # noqa: S314 - our own
        number = int(entry.findtext(f"{ATOM}id").rpartition("/")[2])
        reading = Reading(entry.findtext(f"{ATOM}content"))
        assert {element[0] for element in reading.elements} <= {"p", "br", "a"}
        assert reading.text.split() == expected[number].split()
        seen.append(number)
    return seen


def mails_about(comments, mailoutbox, monkeypatch):
    """A moderator's digest and a writer's notice that tell of all comments."""
    monkeypatch.setattr(digests, "LISTED", 1000)
    moderator = factories.user("mo", group="Moderator")
    long_ago = timezone.now() - timedelta(days=1)
    digests.send(ModeratorMail.objects.create(user=moderator, told_until=long_ago))
    answers = [writer_mails.answer_in_words(comment) for comment in comments.values()]
    context = {"answers": answers, "count": len(answers), "article": factories.published_article()}
    mail.send("comment_answered", to="asker@example.org", context=context)
    return [message.alternatives[0].content for message in mailoutbox]


def test_hostile_comments_harm_no_page_and_no_mail(
    page, log_in, comments, complaints, mailoutbox, monkeypatch
):
    everything = sorted(comments)
    typed = {pk: comment.body for pk, comment in comments.items()}
    desk = log_in("Moderator")
    desk.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))

    assert sorted(read_queue(desk, typed)) == everything

    digest, notice = mails_about(comments, mailoutbox, monkeypatch)
    for comment in comments.values():
        comment.approve(by=None)

    # A long address is shown shortened: its words are those of the stored HTML, which the corpus' own test compares.
    shown = {pk: Reading(comment.body_html).text for pk, comment in comments.items()}
    assert sorted(read_threads(page, comments, shown)) == everything
    page.goto("about:blank")  # where no policy of ours would stop a script
    for html in (digest, notice):
        page.set_content(html)
        assert page.evaluate(FOREIGN) == []
        assert page.locator("blockquote *:not(p, br, a), svg, math, form, input").count() == 0
