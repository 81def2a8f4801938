"""A site in which each page shows something else, for tests of what a change makes anew."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace

from django.core.wsgi import get_wsgi_application

from articles.models import Page
from articles.models.related_list import choose_related_lists
from config.page_deadlines import next_deadline
from config.web.cache.deadlines import Deadlines
from config.web.cache.page_cache import PageCache, anonymous_request, key_of, read_all
from tests import factories
from tests.config.wsgi import environ_of, get
from tests.waiting import hear_all

_PASSED_OVER = re.compile(rb'name="rendered" value="[^"]*"|\s+')  # stamps differ from page to page


def small_site():
    """Four articles: dawn, noon, dusk and night, one after the other. Dawn and dusk are related; dusk has everything."""
    site = SimpleNamespace(
        sleep=factories.topic(name="Sleep", position=1), food=factories.topic(name="Food", position=2),
        empty=factories.topic(name="Empty", position=3), ann=factories.author(name="Ann", portrait=factories.image()),
        ben=factories.author(name="Ben"), cleo=factories.author(name="Cleo"), dan=factories.author(name="Dan"),
        bed=factories.image(), unused=factories.image(),
    )  # fmt: skip
    site.dawn = _article("Dawn", 2024, 3, by=site.ann, topic=site.sleep)
    site.noon = _article("Noon", 2024, 5, by=site.ben, topic=site.food)
    site.dusk = _article("Dusk", 2025, 6, by=site.ann, topic=site.sleep, hero=site.bed)
    site.night = _article("Night", 2025, 8, by=site.ben)
    site.dusk.contributions.create(author=site.cleo, part="reviewer")
    site.dusk.references.create(number=1, text="A source.")
    site.dusk.corrections.create(text="It was later.")
    site.comment = factories.approved_comment(site.dusk)
    site.draft = factories.draft(by=site.dan, title="Draft")
    site.below = factories.topic(name="Below", position=4, parent=site.food)
    site.light = factories.series(site.dusk, site.night, title="Light")
    site.about = Page.objects.get(slug="about")
    choose_related_lists()
    return site


def _article(title, year, month, **fields):
    article = factories.published_article(title=title, body=f"<p>About {title}.</p>", **fields)
    article.published_at = datetime(year, month, 15, 12, tzinfo=UTC)
    article.save(update_fields=["published_at"])
    return article


def pages_of(site):
    articles = {row.slug: row.get_absolute_url() for row in (site.dawn, site.noon, site.dusk, site.night)}  # fmt: skip
    people = {row.slug: row.get_absolute_url() for row in (site.ann, site.ben, site.cleo)}
    topics = {row.slug: row.get_absolute_url() for row in (site.sleep, site.food)}
    thread = f"{articles['dusk']}comments/"
    return {
        "front": "/", "archive": "/archive/", "2024": "/archive/2024/", "2025": "/archive/2025/",
        "march": "/archive/2024/03/", "june": "/archive/2025/06/",
        "corrections": "/corrections/", "feed": "/feed/", "json": "/feed.json",
        **articles, **people, **topics,
        "ann.feed": f"{people['ann']}feed/", "ben.feed": f"{people['ben']}feed/",
        "sleep.feed": f"{topics['sleep']}feed/", "food.feed": f"{topics['food']}feed.json",
        "thread": thread, "reply": f"{thread}{site.comment.pk}/reply/", "thread.feed": f"{thread}feed/",
        "night.thread": f"{articles['night']}comments/",
        "search": "/search/", "search.dusk": "/search/?q=dusk", "search.noon": "/search/?q=noon",
        "topics": "/topics/", "authors": "/authors/", "follow": "/follow/",
        "light": "/series/light/", "light.feed": "/series/light/feed/",
        "about": "/about/", "newsletter": "/newsletter/", "robots": "/robots.txt", "humans": "/humans.txt",
        "sitemap": "/sitemap.xml", "sitemap.articles": f"/sitemap-articles-{(site.dusk.pk - 1) // 10_000 + 1}.xml",
        **{
            f"sitemap.{name}": f"/sitemap-{name}-{(row.pk - 1) // 10_000 + 1}.xml"
            for name, row in {
                "topics": site.sleep, "authors": site.ann, "pages": site.about, "series": site.light
            }.items()
        },
        "entrances": "/sitemap-entrances.xml",
    }  # fmt: skip


class KeptPages:
    """The pages of a site in a page cache, each by its name."""

    def __init__(self, pages):
        self.cache = PageCache(get_wsgi_application(), deadlines=Deadlines(next_deadline))
        self.pages = pages
        self.cache.feed.catch_up()
        for path in pages.values():
            assert get(self.cache, path).status == 200, path

    def catch_up(self):
        """Hear of all changes until now. Returns their number."""
        return self.cache.deadlines.observe(self.cache.feed, hear_all(self.cache.feed))

    def kept(self, name):
        return self.cache.store.get(key_of(environ_of(self.pages[name])))

    def voided(self):
        """The names of the pages that are to be made anew."""
        now = self.catch_up()
        return {name for name in self.pages if not self.cache._is_fresh(self.kept(name), now)}

    def old(self, names):
        """The names of those of the kept pages that would be made otherwise now."""
        return [
            name
            for name in names
            if _compared(self.kept(name).copy("")[1]) != _compared(self.made_now(name))
        ]

    def make_anew(self, names):
        """Make these pages anew. A page that is not there any more is left out from now on."""
        for name in names:
            if get(self.cache, self.pages[name]).status != 200:
                del self.pages[name]

    def made_now(self, name):
        request = anonymous_request(key_of(environ_of(self.pages[name])))
        return read_all(self.cache.application(request, lambda *_start: None))


def _compared(body):
    return _PASSED_OVER.sub(b" ", body)
