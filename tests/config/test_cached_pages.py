"""Every public page through the real application: which are kept, and for whom.

test_voided_pages.py has which of them a change makes anew.
"""

from itertools import product

import pytest
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

from articles.models import Article
from config.page_deadlines import next_deadline
from config.web.cache.deadlines import Deadlines
from config.web.cache.page_cache import PageCache
from config.web.requests.signed_links import make_token
from tests import factories
from tests.admin_forms import sent_by
from tests.browser.pages import archived_issue, full_magazine
from tests.config.test_page_cache_states import SPELLINGS
from tests.config.wsgi import get
from tests.waiting import hear_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

SLUG = "how-long-should-you-sleep"
NOT_KEPT = {
    "health": "tells how this moment is",
    "favicon": "a redirect",
    "api:nothing": "an error",
    "security_txt": "tells until when it holds, counted from today",
    "media": "a file, kept for a year by browsers",
    "articles:rendition": "a file, kept for a year by browsers",
    "articles:rendition_avif": "a file, kept for a year by browsers",
    "articles:shared": "a file, kept for a year by browsers",
    "articles:mail_picture": "a file, kept for a year by browsers",
    "articles:card": "a file, kept for a year by browsers",
    "articles:preview": "unpublished work, for staff",
    "newsletter:confirm": "belongs to one subscriber",
    "newsletter:unsubscribe": "belongs to one subscriber",
    "newsletter:one_click": "belongs to one subscriber",
    "articles:sign_off": "belongs to one expert",
    **dict.fromkeys(
        ("newsletter:preferences", "newsletter:never"),
        "belongs to one subscriber",
    ),
    **dict.fromkeys(("your_data:page", "your_data:file"), "belongs to the owner of an address"),
    **dict.fromkeys(("former_ask", "former_page"), "a redirect"),
    "newsletter:report": "is posted to by mail servers",
    "newsletter:provider_events": "is posted to by a provider",
    **dict.fromkeys(
        (
            "comments:awaiting",
            "comments:own",
            "comments:edit",
            "comments:withdraw",
            "comments:verify",
            "comments:mute",
        ),
        "belongs to one writer",
    ),
    "comments:moderate": "belongs to one moderator",
    "comments:permalink": "a redirect",
    **dict.fromkeys(("comments:report", "comments:reported"), "for the one who reports"),
}


@pytest.fixture
def kept():
    """A path of each kind of page that is kept, by the name of its view; with a site that fills them."""
    article = full_magazine()
    topic, author = article.topic, article.writers[0]
    article_url, topic_url, author_url = (
        row.get_absolute_url() for row in (article, topic, author)
    )
    series_url = factories.series(article, title="Nights").get_absolute_url()
    return {
        "articles:front": "/",
        "articles:article": article_url,
        "articles:author": author_url,
        "articles:topic": topic_url,
        "articles:topics": "/topics/",
        "articles:authors": "/authors/",
        "articles:follow": "/follow/",
        "articles:series": series_url,
        "articles:series_feed": f"{series_url}feed/",
        "articles:series_json_feed": f"{series_url}feed.json",
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
        "articles:saved": "/saved/",
        "articles:oembed": f"/oembed?url=http://testserver{article_url}",
        "articles:embed": f"/embed/{article.slug}/",
        **_kept_of_the_api(article_url, topic_url, author_url, series_url),
        "comments:post": f"{article_url}comments/",
        "comments:feed": f"{article_url}comments/feed/",
        "comments:reply": f"{article.comments.first().get_absolute_url()}reply/",
        "newsletter:signup": "/newsletter/",
        "newsletter:sent": "/newsletter/sent/",
        "newsletter:archive": "/newsletter/archive/",
        "newsletter:archive_feed": "/newsletter/archive/feed.atom",
        "newsletter:archived_issue": archived_issue().get_absolute_url(),
        "your_data:ask": "/yours/",
        "your_data:sent": "/yours/sent/",
        "robots": "/robots.txt",
        "humans_txt": "/humans.txt",
    }


def _kept_of_the_api(article_url, topic_url, author_url, series_url):
    return {
        "api:entrance": "/api/v1/",
        "api:description": "/api/v1/openapi.json",
        "api:articles": "/api/v1/articles/",
        "api:article": f"/api/v1{article_url}",
        "api:comments": f"/api/v1{article_url}comments/",
        "api:topics": "/api/v1/topics/",
        "api:topic": f"/api/v1{topic_url}",
        "api:all_series": "/api/v1/series/",
        "api:series": f"/api/v1{series_url}",
        "api:authors": "/api/v1/authors/",
        "api:author": f"/api/v1{author_url}",
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
        elif entry.app_name in {"api", "articles", "comments", "newsletter", "your_data"}:
            yield from (f"{entry.app_name}:{view.name}" for view in entry.url_patterns)


def test_every_kind_of_page_is_kept_or_says_why_not(kept):
    assert set(public_views()) == set(kept) | set(NOT_KEPT)


def test_every_kept_page_is_made_once(cache, kept, django_assert_num_queries):
    for path in kept.values():
        assert get(cache, path).status == 200, path

    with django_assert_num_queries(0):
        again = [get(cache, path).status for path in kept.values()]

    assert again == [200] * len(kept)


def test_save_in_the_admin_that_changes_nothing_voids_nothing(cache, kept, client_of):
    admin = client_of(factories.user("root", group="Editor", is_superuser=True))
    # Not the one with the times of an update and a correction: forms know no microseconds.
    article = Article.objects.published().exclude(slug=SLUG).first()
    address = f"/admin/articles/article/{article.pk}/change/"
    form = sent_by(admin.get(address), "article_form")
    for path in kept.values():
        get(cache, path)
    feed, before = cache.feed, hear_all(cache.feed)

    assert admin.post(address, form).status_code == 302
    hear_all(feed)

    assert not [
        page.tags for page in cache.store._pages.values() if not feed.is_fresh(before, page.tags)
    ]


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
