"""Pages at a CDN: how long they are kept there, and that each change reaches it, whatever fails meanwhile."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.core.wsgi import get_wsgi_application
from django.utils import timezone

from config.cdn_purges import Purger
from config.doctor import Level, of_database
from config.growth_settings import read_cdn_purge
from config.page_deadlines import next_deadline
from config.web import tasks
from config.web.cache.deadlines import Deadlines
from config.web.cache.page_cache import PageCache
from config.web.cdn.headers import LONGEST_TAGS, shared_cache_headers
from config.web.cdn.purging import Purge, purge_due
from config.web.models import Installation
from tests import factories
from tests.clock import after
from tests.config.loopback_sites import says, site
from tests.config.wsgi import get
from tests.waiting import hear_all

KEY = "a key that is long enough to be taken"


class Api:
    """A model of the purge calls of one kind of CDN: `purged` has the tags of each call, [] for all pages."""

    def __init__(self, kind, settings):
        self.kind, self.status, self.purged = kind, 200, []
        settings.CDN_PURGE_KIND, settings.CDN_PURGE_KEY, settings.CDN_SECONDS = kind, KEY, 3600

    def answer(self, request):
        # Noted before the answer: the next call may be here before this one ends.
        if self.status == 200:
            path, headers, body = request.path, request.headers, request.body
            self.purged.append(getattr(self, f"read_{self.kind}")(path, headers, body))
        says(self.status)(request)

    def read_cloudflare(self, path, headers, body):
        assert headers["Authorization"] == f"Bearer {KEY}"
        asked = json.loads(body)
        assert asked == {"purge_everything": True} or len(asked["tags"]) <= 30
        return asked.get("tags", [])

    def read_fastly(self, path, headers, body):
        assert headers["Fastly-Key"] == KEY
        assert (path == "/purge_all") == ("Surrogate-Key" not in headers)
        return headers.get("Surrogate-Key", "").split()

    def read_webhook(self, path, headers, body):
        signed = hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
        assert headers["X-Colophon-Signature"] == f"sha256={signed}"
        asked = json.loads(body)
        assert asked["everything"] == (not asked["tags"])
        assert isinstance(asked["sent_at"], int)
        return asked["tags"]


@pytest.fixture(params=["cloudflare", "fastly", "webhook"])
def kind(request):
    return request.param


@pytest.fixture
def cdn(kind, settings):
    api = Api(kind, settings)
    with site(api.answer) as running:
        api.site, settings.CDN_PURGE_URL = running, running.url("/purge")
        yield api


@pytest.fixture
def webhook(settings):
    api = Api("webhook", settings)
    with site(api.answer) as running:
        api.site, settings.CDN_PURGE_URL = running, running.url("/purge")
        yield api


@pytest.fixture
def queued():
    Installation.objects.update(has_cdn=True)


def tags_at_the_cdn(headers):
    return (headers.get("Cache-Tag") or headers["Surrogate-Key"]).replace(",", " ").split()


@pytest.mark.real_clock
def test_approved_comment_purges_its_page_and_no_other_article(cdn, transactional_db):
    Installation.objects.update(has_cdn=True)
    article, other = factories.published_article(), factories.published_article()
    comment = factories.comment(article)
    purge_due()
    cdn.purged.clear()
    cache = PageCache(get_wsgi_application(), deadlines=Deadlines(next_deadline))
    kept = get(cache, article.get_absolute_url())
    unchanged = get(cache, other.get_absolute_url())

    comment.approve(by=factories.user("mo", group="Moderator"))
    purge_due()

    told = {tag for call in cdn.purged for tag in call}
    assert told & set(tags_at_the_cdn(kept.headers))
    assert not told & set(tags_at_the_cdn(unchanged.headers))
    hear_all(cache.feed)
    assert "Cache-Tag" in get(cache, article.get_absolute_url()).headers or cdn.kind == "fastly"
    cache.feed.close()


def test_all_pages_are_purged_by_a_call_of_its_own(cdn, db):
    Purge.note("article-1", "*")

    purge_due()

    assert cdn.purged == [[]]


def test_many_tags_go_in_several_calls(cdn, db):
    Purge.note(*(f"article-{number}" for number in range(70)))

    purge_due()

    assert len(cdn.purged) == 3
    assert len({tag for call in cdn.purged for tag in call}) == 70


def test_each_tag_is_purged_a_second_time_for_answers_on_their_way(webhook, db):
    Purge.note("article-1")
    purge_due()
    purge_due()
    assert webhook.purged == [["article-1"]]

    with after(minutes=1):
        purge_due()
    assert webhook.purged == [["article-1"]] * 2
    assert not Purge.objects.exists()


def test_cdn_that_fails_is_tried_again_and_nothing_is_lost(webhook, db):
    Purge.note("article-1")
    webhook.status = 503
    purge_due()
    purge_due()
    assert len(webhook.site.asked) == 1  # the second waits
    assert of_database.cdn()[0].level == Level.GOOD

    with after(minutes=5):
        assert of_database.cdn()[0].level == Level.ERROR
        webhook.status = 200
        purge_due()
    assert webhook.purged == [["article-1"]]


def test_purge_of_a_killed_worker_is_taken_by_another(webhook, db, monkeypatch):
    Purge.note("article-1")
    with monkeypatch.context() as patch:
        patch.setattr("config.web.cdn.purging.purge", lambda tags: exit(1))
        with pytest.raises(SystemExit):
            purge_due()
    purge_due()
    assert webhook.purged == []

    with after(minutes=5):
        purge_due()
    assert webhook.purged == [["article-1"]]


def test_copy_of_a_site_purges_nothing(webhook, db):
    Installation.objects.update(database="of another server")
    Purge.note("article-1")

    purge_due()

    assert webhook.site.asked == []


def test_change_is_queued_with_its_transaction_only_with_a_cdn(db):
    factories.published_article()
    assert not Purge.objects.exists()

    Installation.objects.update(has_cdn=True)
    article = factories.published_article()
    assert f"article-{article.pk}" in set(Purge.objects.values_list("tag", flat=True))

    tasks.end_purges.call()
    assert not Purge.objects.exists()
    assert not Installation.objects.get().has_cdn


def test_scheduled_article_purges_its_lists_at_its_time(webhook, db, queued):
    factories.scheduled_article(days_ahead=1)
    purge_due()
    early = {tag for call in webhook.purged for tag in call}
    webhook.purged.clear()

    with after(days=2):
        purge_due()
    late = {tag for call in webhook.purged for tag in call}
    assert "articles" in late - early


def test_worker_purges_all_at_its_start_and_pages_whose_time_has_come(webhook, db, no_database):
    purger = Purger()
    purger.run()
    assert webhook.purged == [[]]
    assert Installation.objects.get().has_cdn

    article = factories.published_article(comments_close_at=timezone.now() + timedelta(minutes=30))
    Purge.objects.all().delete()
    with after(minutes=1):
        purger.run()
    assert f"opening-{article.pk}" not in {tag for call in webhook.purged for tag in call}
    with after(hours=1):
        purger.run()
    assert f"opening-{article.pk}" in {tag for call in webhook.purged for tag in call}


def test_page_says_what_the_kind_of_cdn_reads(settings):
    assert shared_cache_headers("public, max-age=0", ["b", "a"]) == [
        ("Cache-Control", "public, max-age=0")
    ]
    settings.CDN_SECONDS = 60
    said = {}
    for settings.CDN_PURGE_KIND in ("", "webhook", "cloudflare", "fastly"):
        said[settings.CDN_PURGE_KIND] = dict(shared_cache_headers("public, max-age=0", ["b", "a"]))

    shared = {"Cache-Control": "public, max-age=0, s-maxage=60"}
    own = {"Cache-Control": "public, max-age=0"}
    assert said == {
        "": shared,
        "webhook": shared | {"Cache-Tag": "a,b"},
        "cloudflare": own | {"CDN-Cache-Control": "public, max-age=60", "Cache-Tag": "a,b"},
        "fastly": own | {"Surrogate-Control": "max-age=60", "Surrogate-Key": "a b"},
    }


def test_page_with_more_tags_than_a_cdn_takes_is_not_kept_there(settings):
    settings.CDN_SECONDS = 60

    tags = [f"article-{number}" for number in range(LONGEST_TAGS // 9)]

    assert shared_cache_headers("public", tags) == [("Cache-Control", "public")]


@pytest.mark.parametrize(
    ("kind", "url", "key", "seconds", "named"),
    [
        ("akamai", "https://cdn.example/", KEY, 60, "CDN_PURGE_KIND"),
        ("fastly", "http://api.fastly.com/", KEY, 60, "CDN_PURGE_URL"),
        ("webhook", "", KEY, 60, "CDN_PURGE_URL"),
        ("webhook", "http://10.0.0.5/purge", "", 60, "CDN_PURGE_KEY"),
        ("webhook", "http://10.0.0.5/purge", KEY, 0, "CDN_SECONDS"),
    ],
)
def test_half_a_configuration_is_refused_by_name(monkeypatch, kind, url, key, seconds, named):
    for name, value in {"KIND": kind, "URL": url, "KEY": key}.items():
        monkeypatch.setenv(f"CDN_PURGE_{name}", value)

    with pytest.raises(Exception, match=named):
        read_cdn_purge(seconds)
