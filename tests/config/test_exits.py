"""Awkward text stands in every column, and every exit, read by a real parser, gives the very same text back."""

import csv
import io
import json
from email import message_from_bytes, policy
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from articles.models import Contribution, Correction, Page, Reference
from articles.reading.citations import apa, mla
from newsletter import tasks
from newsletter.spreadsheets import csv_lines
from tests import factories
from tests.comments.mailed import answer, asking

pytestmark = [pytest.mark.django_db, pytest.mark.long]
ATOM = "{http://www.w3.org/2005/Atom}"
# Several signs a text: each page is made for each of them.
AWKWARD = [
    "x<y and y>z, a&b, p<0.05",
    "&amp; &lt;b&gt; &#39; \\u003c \\n \\",
    "]]> <![CDATA[x <!-- comment -->",
    "</script></title></textarea><script>alert(1)</script>",
    "{{ site_name }} {% now %} %(site)s %s {0}",
    "=?utf-8?q?=41?= 👩‍⚕️ emoji 🦄 עברית ו عربي",
    "\"quoted\", 'single', a`b´c, q\u0307 combining \u0928\u093f",
]


class Seen(HTMLParser):
    """The words of a page, the values of its attributes, and its data blocks."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.words, self.values, self.blocks, self._block = [], [], [], False
        self.feed(html)
        self.close()
        self.text = " ".join("".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        self._block = tag == "script" and dict(attrs).get("type") == "application/ld+json"
        self.values += [value for _name, value in attrs if value]
        if self._block:
            self.blocks.append("")

    def handle_data(self, data):
        if self._block:
            self.blocks[-1] += data
        else:
            self.words.append(data)

    def handle_endtag(self, tag):
        self._block = False

    def named(self, name):
        """Values of the attribute that follows `name`, such as a meta tag's content."""
        return self.values[self.values.index(name) + 1]


@pytest.fixture(params=AWKWARD)
def text(request):
    return request.param


@pytest.fixture
def article(text, settings):
    settings.SITE_NAME = f"Site {text}"
    writer = factories.author(
        name=f"Ann {text}", role=f"Role {text}", credentials=f"MD {text}"[:60],
        affiliation=f"House {text}"[:60], bio=f"Bio {text}",
    )  # fmt: skip
    article = factories.published_article(
        title=f"Title {text}", standfirst=f"Standfirst {text}", by=writer,
        topic=factories.topic(name=f"Topic {text}", description=f"About {text}"),
        hero=factories.image(alt_text=f"Alt {text}", caption=f"Caption {text}", credit=f"Credit {text}"[:60]),
        key_takeaways=[f"Take {text}"], disclosure=f"Paid {text}",
    )  # fmt: skip
    Contribution.objects.create(article=article, author=factories.author(), part="reviewer")
    Reference.objects.create(article=article, number=1, text=f"Reference {text}")
    Correction.objects.create(article=article, text=f"Correction {text}")
    return article


@pytest.fixture
def comment(article, text):
    return factories.approved_comment(article, name=f"Name {text}", body=f"Body {text}")


def html(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return Seen(response.text)


def test_article_page_says_it_to_readers_and_machines(client, article, comment, text):
    page = html(client, article.get_absolute_url())
    [block] = page.blocks
    nodes = json.loads(block)["@graph"]
    [main] = [node["mainEntity"] for node in nodes if "mainEntity" in node]

    for words in ("Title", "Standfirst", "Ann", "Role", "Topic", "Caption", "Credit", "Take", "Paid",
                  "Reference", "Correction", "Name", "Body", "Site"):  # fmt: skip
        assert f"{words} {text}" in page.text, words
    assert page.named("og:title") == f"Title {text}"
    assert page.named("og:description") == f"Standfirst {text}"
    assert page.named("article:section") == f"Topic {text}"
    assert f"Alt {text}" in page.values
    assert (main["headline"], main["description"]) == (f"Title {text}", f"Standfirst {text}")
    assert main["author"][0]["name"] == f"Ann {text}"
    assert main["citation"][0]["name"] == f"Reference {text}"
    assert main["correction"][0]["text"] == f"Correction {text}"
    assert nodes[0]["name"] == f"Site {text}"


def test_pages_of_topic_author_and_lists_say_it(client, article, comment, text):
    Page.objects.create(title=f"Page {text}", slug="awkward", in_footer=True)
    wanted = {
        "/": ["Title", "Standfirst", "Ann", "Topic", "Page", "Site"],
        article.topic.get_absolute_url(): ["Topic", "About", "Title"],
        article.writers[0].get_absolute_url(): ["Ann", "Role", "Bio", "Title"],
        "/corrections/": ["Correction", "Title"],
        "/awkward/": ["Page"],
        f"{article.get_absolute_url()}comments/": ["Name", "Body", "Title"],
    }
    for path, words in wanted.items():
        page = html(client, path)
        for word in words:
            assert f"{word} {text}" in page.text, (path, word)


def test_atom_feed_says_it_as_text(client, article, text):
    for path in ("/feed/", f"{article.topic.get_absolute_url()}feed/"):
        feed = ElementTree.fromstring(client.get(path).content)  # noqa: S314 - our own
        entry = feed.find(f"{ATOM}entry")
        for name, words in (("title", "Title"), ("summary", "Standfirst")):
            element = entry.find(f"{ATOM}{name}")
            assert element.get("type", "text") == "text"
            assert element.text == f"{words} {text}"
        assert entry.find(f"{ATOM}author/{ATOM}name").text == f"Ann {text}"
        assert entry.find(f"{ATOM}category").get("term") == f"Topic {text}"
        assert entry.find(f"{ATOM}content").get("type") == "html"
        assert f"Site {text}" in feed.find(f"{ATOM}title").text
        assert feed.find(f"{ATOM}subtitle").get("type", "text") == "text"
        assert text in feed.find(f"{ATOM}subtitle").text


def test_json_feed_says_it(client, article, text):
    feed = json.loads(client.get(f"{article.topic.get_absolute_url()}feed.json").content)
    [item] = feed["items"]

    assert feed["title"] == f"Topic {text} · Site {text}"
    assert feed["description"] == f"About {text}"
    assert (item["title"], item["summary"]) == (f"Title {text}", f"Standfirst {text}")
    assert (item["authors"][0]["name"], item["tags"]) == (f"Ann {text}", [f"Topic {text}"])


def test_comments_feed_says_names_as_text_and_words_as_html(client, article, comment, text):
    feed = ElementTree.fromstring(client.get(f"{article.get_absolute_url()}comments/feed/").content)  # noqa: S314
    entry = feed.find(f"{ATOM}entry")

    assert f"Title {text}" in feed.find(f"{ATOM}title").text
    assert f"Name {text}" in entry.find(f"{ATOM}title").text
    assert entry.find(f"{ATOM}author/{ATOM}name").text == f"Name {text}"
    assert Seen(entry.find(f"{ATOM}content").text).text == f"Body {text}"


def as_sent(message):
    """A mail as its receiver's program reads it: subject, text and what the HTML shows."""
    read = message_from_bytes(message.message(policy=policy.SMTP).as_bytes(), policy=policy.default)
    plain = " ".join(read.get_body(("plain",)).get_content().split())
    return str(read["Subject"]), plain, Seen(read.get_body(("html",)).get_content()).text


def test_mails_to_writers_say_it(article, text, mailoutbox):
    from comments.models import Notice
    from comments.writers.mails import send_notice

    asked = asking(article, body="Question.")
    asked.approve(by=None)
    answer(asked, name=f"Name {text}", body=f"Body {text}")
    for notice in Notice.objects.order_by("pk"):
        send_notice(notice)

    told, answered = (as_sent(mail) for mail in mailoutbox)
    for part in told:
        assert f"Title {text}" in part
    assert f"Name {text}" in answered[0]
    for part in answered[1:]:
        for words in ("Title", "Name", "Body"):
            assert f"{words} {text}" in part


def test_mails_of_the_newsletter_say_the_name_of_the_site(settings, text, mailoutbox):
    settings.SITE_NAME = f"Site {text}"
    for status in ("pending", "confirmed"):
        tasks.send_owed_mail(factories.subscriber(status))

    for mail in mailoutbox:
        for part in as_sent(mail):
            assert f"Site {text}" in part


@pytest.mark.parametrize("text", [*AWKWARD, "=1+1"])
def test_spreadsheet_says_it_and_calculates_nothing(text):
    value = f"{text}\n{text}"

    lines = "".join(csv_lines(["words"], [[value]])).removeprefix("\ufeff")
    [_names, [cell]] = csv.reader(io.StringIO(lines, newline=""))

    assert cell.removeprefix("'") == value
    assert not cell.startswith(("=", "+", "-", "@"))


def test_citations_and_plain_files_say_it(client, article, text):
    assert f"Title {text}" in Seen(str(apa(article))).text
    assert f"Title {text}" in Seen(str(mla(article))).text
    assert f"Ann {text}: http" in client.get("/humans.txt").text


def test_lists_of_the_admin_say_it(admin_client, article, comment, text):
    wanted = {
        "/admin/articles/article/": "Title",
        "/admin/articles/author/": "Ann",
        "/admin/articles/topic/": "Topic",
        f"/admin/articles/article/{article.pk}/change/": "Title",
        f"/admin/comments/comment/{comment.pk}/change/": "Body",
    }
    for path, words in wanted.items():
        page = html(admin_client, path)
        assert f"{words} {text}" in page.text or f"{words} {text}" in page.values, path


def test_data_of_a_writer_says_it(client, comment, text):
    from comments.writers.privacy import export

    data = json.loads(json.dumps(export(comment.email), default=str))

    assert data["comments"][0]["text"] == f"Body {text}"
    assert data["comments"][0]["article"] == f"Title {text}"
