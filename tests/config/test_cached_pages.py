"""Every public page through the real application: which are kept, and that none is ever old."""

import re
from functools import partial
from html.parser import HTMLParser
from itertools import product

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLResolver
from django.utils import timezone

from articles.models import Article, Author, Contribution, Correction, Image, Page, Reference, Topic
from config.page_deadlines import next_deadline
from config.web.cache.deadlines import Deadlines
from config.web.cache.page_cache import PageCache
from config.web.requests.signed_links import make_token
from tests import factories
from tests.browser.pages import full_magazine
from tests.config.test_page_cache_states import SPELLINGS
from tests.config.wsgi import get
from tests.waiting import hear_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

SLUG = "how-long-should-you-sleep"
STAMP = re.compile(rb'name="rendered" value="[^"]*"')
NOT_KEPT = {
    "health": "tells how this moment is",
    "favicon": "a redirect",
    "security_txt": "tells until when it holds, counted from today",
    "media": "a file, kept for a year by browsers",
    "articles:rendition": "a file, kept for a year by browsers",
    "articles:card": "a file, kept for a year by browsers",
    "articles:preview": "unpublished work, for staff",
    "newsletter:confirm": "belongs to one subscriber",
    "newsletter:unsubscribe": "belongs to one subscriber",
    "newsletter:one_click": "belongs to one subscriber",
    "newsletter:report": "is posted to by mail servers",
    **dict.fromkeys(
        (
            "comments:awaiting",
            "comments:edit",
            "comments:withdraw",
            "comments:verify",
            "comments:mute",
            "comments:your_data",
            "comments:your_data_file",
        ),
        "belongs to one writer",
    ),
    "comments:moderate": "belongs to one moderator",
    "comments:permalink": "a redirect",
    **dict.fromkeys(("comments:report", "comments:reported"), "for the one who reports"),
    **dict.fromkeys(("comments:yours", "comments:yours_sent"), "for the one who asks"),
}


@pytest.fixture
def kept():
    """A path of each kind of page that is kept, by the name of its view; with a site that fills them."""
    article = full_magazine()
    topic, author = article.topic, article.writers[0]
    article_url, topic_url, author_url = (
        row.get_absolute_url() for row in (article, topic, author)
    )
    return {
        "articles:front": "/",
        "articles:article": article_url,
        "articles:author": author_url,
        "articles:topic": topic_url,
        "articles:archive": "/archive/",
        "articles:archive_year": f"/archive/{article.published_at:%Y}/",
        "articles:archive_month": f"/archive/{article.published_at:%Y/%m}/",
        "articles:corrections": "/corrections/",
        "articles:feed": "/feed/",
        "articles:json_feed": "/feed.json",
        "articles:topic_feed": f"{topic_url}feed/",
        "articles:topic_json_feed": f"{topic_url}feed.json",
        "articles:author_feed": f"{author_url}feed/",
        "articles:author_json_feed": f"{author_url}feed.json",
        "articles:sitemap": "/sitemap.xml",
        "articles:sitemap_entrances": "/sitemap-entrances.xml",
        "articles:sitemap_file": f"/sitemap-articles-{_sitemap_file()}.xml",
        "articles:search": "/search/?q=sleep",
        "articles:page": "/about/",
        "comments:post": f"{article_url}comments/",
        "comments:feed": f"{article_url}comments/feed/",
        "comments:reply": f"{article.comments.first().get_absolute_url()}reply/",
        "newsletter:signup": "/newsletter/",
        "newsletter:sent": "/newsletter/sent/",
        "robots": "/robots.txt",
        "humans_txt": "/humans.txt",
    }


def _sitemap_file():
    return Client().get("/sitemap.xml").text.split("/sitemap-articles-")[1].split(".xml")[0]


@pytest.fixture
def cache(settings):
    settings.SECURITY_CONTACT = "mailto:security@example.org"
    cache = PageCache(get_wsgi_application(), deadlines=Deadlines(next_deadline))
    yield cache
    cache.feed.close()


def public_views():
    for entry in get_resolver().url_patterns:
        if not isinstance(entry, URLResolver):
            yield entry.name
        elif entry.app_name in {"articles", "comments", "newsletter"}:
            yield from (f"{entry.app_name}:{view.name}" for view in entry.url_patterns)


def test_every_kind_of_page_is_kept_or_says_why_not(kept):
    assert set(public_views()) == set(kept) | set(NOT_KEPT)


def test_every_kept_page_is_made_once(cache, kept, django_assert_num_queries):
    for path in kept.values():
        assert get(cache, path).status == 200, path

    with django_assert_num_queries(0):
        again = [get(cache, path).status for path in kept.values()]

    assert again == [200] * len(kept)


# Freshness


class Watch:
    """Reads all pages through the cache, and those that were kept past it, too. What differs is old."""

    def __init__(self, cache, paths):
        self.cache, self.paths = cache, paths
        self.make, cache.application = cache.application, self.noted
        self.made = False
        self.seen = {path: self.read(cache, path) for path in paths}

    def noted(self, environ, start_response):
        self.made = True
        return self.make(environ, start_response)

    def read(self, application, path):
        return STAMP.sub(b"", get(application, path).body)

    def served_and_true(self, path):
        self.made = False
        served = self.read(self.cache, path)
        return served, served if self.made else self.read(self.make, path)

    def changed_by(self, change):
        """The pages that show it; fails if the cache still gives one as it was."""
        change()
        hear_all(self.cache.feed)
        pages = {path: self.served_and_true(path) for path in self.paths}
        assert [path for path, (served, true) in pages.items() if served != true] == []
        before, self.seen = self.seen, {path: true for path, (_served, true) in pages.items()}
        return {path for path in self.paths if before[path] != self.seen[path]}


@pytest.fixture
def watch(cache, kept):
    others = Article.objects.published().newest_first().exclude(slug=SLUG)[:3]
    return Watch(cache, [*kept.values(), *(article.get_absolute_url() for article in others)])


def whole():
    return Article.objects.get(slug=SLUG)


def last(model):
    return whole() if model is Article else model.objects.order_by("pk").last()


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def saved(model, **fields):
    def change():
        row = last(model)
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()

    return change


CHANGES = {
    "standfirst saved": saved(Article, standfirst="Another standfirst."),
    "text saved": saved(Article, body="<p>Other words.</p>"),
    "disclosure saved": saved(Article, disclosure="Bought."),
    "comments closed": saved(Article, comments_open=False),
    "comments opened": saved(Article, comments_open=True),
    "topic taken away": saved(Article, topic=None),
    "hero taken away": saved(Article, hero=None),
    "update told": lambda: saved(Article, updated_at=timezone.now())(),
    "author renamed": saved(Author, name="Another Name"),
    "author's life": saved(Author, bio="Another life."),
    "topic renamed": saved(Topic, name="Another topic"),
    "disclaimer": saved(Topic, disclaimer="Ask a doctor."),
    "topics ordered": saved(Topic, position=99),
    "page renamed": saved(Page, title="Another page"),
    "page rewritten": saved(Page, body="<p>Other words.</p>"),
    "page out of the footer": saved(Page, in_footer=False),
    "source": saved(Reference, text="Another source."),
    "correction": saved(Correction, text="Another correction."),
    "part": saved(Contribution, part="editor"),
    "picture's credit": saved(Image, credit="Another hand"),
    "picked": lambda: whole().pick(by=None),
    "unpicked": lambda: whole().unpick(by=None),
    "new article": lambda: factories.published_article(title="Brand new"),
    "comment approved": lambda: factories.approved_comment(whole()),
    "comment removed": lambda: whole().comments.approved().first().remove(by=None),
    "bulk update": lambda: Article.objects.update(disclosure="The same for all"),
    "raw SQL": lambda: sql("UPDATE articles_author SET name = name || ' MD'"),
    "cascade": lambda: Article.objects.filter(comments=None).last().delete(),
    "renamed": saved(Article, title="Another title"),
    "withdrawn": lambda: whole().withdraw(by=None),
}


def test_no_change_leaves_an_old_page_behind(watch, subtests):
    for name, change in CHANGES.items():
        with subtests.test(name):
            watch.changed_by(change)


def test_change_in_the_admin_leaves_no_old_page_behind(watch, subtests, client_of):
    admin = client_of(factories.user("root", group="Editor", is_superuser=True))
    changes = {
        Topic: {"name": "Another topic"},
        Author: {"name": "Another Name"},
        Page: {"title": "Another page"},
        Image: {"caption": "Another caption"},
        Article: {"title": "Another title"},
    }
    for model, fields in changes.items():
        address = f"/admin/articles/{model._meta.model_name}/{last(model).pk}/change/"
        form = Fields(admin.get(address).content.decode()).sent | fields
        with subtests.test(model.__name__):
            changed = watch.changed_by(partial(admin.post, address, form))
            assert changed or model is Image


def test_pending_comment_voids_nothing(cache, kept, django_assert_num_queries):
    get(cache, whole().get_absolute_url())
    factories.comment(whole())
    path = whole().get_absolute_url()

    with django_assert_num_queries(0):
        get(cache, path)


class Fields(HTMLParser):
    """What a browser would send of a form of the admin."""

    def __init__(self, html):
        super().__init__()
        self.sent, self.area, self.select = {}, None, None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        name = found.get("name")
        if tag == "input" and name and found.get("type") not in {"submit", "file", "button"}:
            if found.get("type") not in {"checkbox", "radio"} or "checked" in found:
                self.sent[name] = found.get("value", "")
        elif tag == "textarea":
            self.area = name
            self.sent[name] = ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in found and self.select:
            self.sent[self.select] = found.get("value", "")

    def handle_data(self, data):
        if self.area:
            self.sent[self.area] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = None
        elif tag == "select":
            self.select = None


def test_article_appears_at_its_hour(cache, kept, clock):
    factories.scheduled_article(title="Comes later", days_ahead=1)
    assert b"Comes later" not in get(cache, "/").body

    clock.shift(days=1, minutes=1)

    assert b"Comes later" in get(cache, "/").body


def test_staff_and_previews_neither_see_nor_fill_the_cache(cache, kept, client_of, editor):
    cookie = client_of(editor).cookies["sessionid"].value

    own = get(cache, "/", cookie=f"sessionid={cookie}")

    assert own.headers["Cache-Control"] == "private, no-store"
    assert len(cache.store) == 0


def test_waiting_comment_is_seen_by_its_writer_alone_however_the_cookie_is_spelled(cache, kept):
    article = Article.objects.get(slug=SLUG)
    path = kept["articles:article"]
    own = {}
    for writer in ("ann", "bob"):
        comment = factories.comment(article=article, body=f"Waiting words of {writer}.")
        own[writer] = make_token("own comments", [comment.pk])
    anonymous = get(cache, path).body

    for writer, spelling in product(own, SPELLINGS):
        cookie = spelling.replace("{}", "colophon_comments", 1).replace("{}", own[writer])
        answer = get(cache, path, cookie=cookie)

        others = {"ann", "bob"} - {writer}
        assert not any(f"Waiting words of {name}".encode() in answer.body for name in others)
        if b"Waiting words" in answer.body:
            assert answer.headers["Cache-Control"] == "private, no-store"
        assert get(cache, path).body == anonymous, cookie
    cache.feed.change("*")
    get(cache, path, cookie=f"colophon_comments ={own['ann']}")
    assert b"Waiting words" not in get(cache, path).body


def test_two_processes_give_a_page_the_same_etag(cache, kept, clock):
    path = kept["articles:article"]
    first = get(cache, path)
    clock.shift(minutes=5)

    made_elsewhere = get(PageCache(cache.application, feed=cache.feed), path)

    assert made_elsewhere.body != first.body  # by the stamps of its forms
    assert made_elsewhere.headers["ETag"] == first.headers["ETag"]


def test_error_pages_are_not_kept(cache, kept):
    assert get(cache, "/nowhere/").status == 404
    assert get(cache, "/articles/nowhere/").status == 404
    assert len(cache.store) == 0
