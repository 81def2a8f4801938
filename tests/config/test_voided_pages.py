"""Which pages a change makes anew: those that show it, and no others."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from articles.models import Article, FrontPage, Page
from articles.models.related_list import choose_related_lists
from articles.reading.article_page import read_article
from comments.models import DiscussionSettings
from comments.models.most_discussed import choose_most_discussed
from tests import factories
from tests.config.small_site import KeptPages, pages_of, small_site
from tests.config.wsgi import get
from tests.waiting import somebody_waits, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]


def row(name, /, **fields):
    """Save these fields of a row of the site."""

    def change(site):
        found = getattr(site, name)
        found.refresh_from_db()
        for field, value in fields.items():
            setattr(found, field, value(site) if callable(value) else value)
        found.save()

    return change


def verb(name, method, /, **arguments):
    """Call a method of a row of the site."""

    def change(site):
        found = getattr(site, name)
        found.refresh_from_db()
        getattr(found, method)(**arguments)

    return change


def sql(statement):
    def change(site):
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return change


def discussion(**fields):
    return lambda site: DiscussionSettings.objects.update_or_create(pk=1, defaults=fields)


def new_article(name, **fields):
    def change(site):
        rows = {key: getattr(site, value) for key, value in fields.items()}
        setattr(site, name, factories.published_article(title=name, days_ago=0, **rows))

    return change


def scheduled(name, **fields):
    def change(site):
        rows = {key: getattr(site, value) for key, value in fields.items()}
        setattr(site, name, factories.scheduled_article(title=name, days_ahead=0.1, **rows))

    return change


def published_changes(**content):
    return lambda site: factories.working_copy(site.dusk, **content).publish_changes(
        by=None, kind="spelling"
    )


def at_a_day_after(name):
    def change(site):
        at = getattr(site, name).published_at + timedelta(days=1)
        Article.objects.filter(pk=site.night.pk).update(published_at=at)

    return change


def front(**fields):
    def change(site):
        rows = {name: value(site) if callable(value) else value for name, value in fields.items()}
        FrontPage.objects.update_or_create(pk=1, defaults=rows)

    return change


def later(**time):
    return lambda site: site.clock.shift(**time)


NOTHING = ""
PERIODS = "2024 2025 march june"
PAGES = f"front archive {PERIODS} corrections dawn noon dusk night ann ben cleo sleep food thread reply night.thread search search.dusk search.noon about newsletter topics authors follow light"
SEARCHES = "search.dusk search.noon"
# Where the article dusk stands with its text, and with its title.
DUSK_TEXT = "dusk feed json ann.feed sleep.feed light.feed search.dusk"
DUSK_CARD = "front archive 2025 june ann sleep dawn light"
DUSK_TITLE = "noon night cleo corrections thread reply thread.feed"
# What shows the order of the series, of which dusk and night are parts.
SERIES = "front follow light light.feed dusk night"
LISTS = "front archive feed json sitemap sitemap.articles sitemap.topics sitemap.authors"

# What changes, the pages that show it, and why.
CHANGES = {
    # Nothing that readers see
    "a draft is written": (lambda site: factories.draft(by=site.ann), NOTHING),
    "a draft gets another text": (row("draft", body="<p>Other.</p>"), NOTHING),
    "a draft gets a source": (lambda site: site.draft.references.create(number=1, text="A source."), NOTHING),
    "a draft gets a correction": (lambda site: site.draft.corrections.create(text="Wrong."), NOTHING),
    "a draft gets another writer": (lambda site: site.draft.contributions.update(author=site.ben), NOTHING),
    "a draft is approved": (verb("draft", "approve", by=None), NOTHING),
    "an article is saved as it was": (row("dusk"), NOTHING),
    "a picture comes that nobody uses": (lambda site: factories.image(), NOTHING),
    "a picture that nobody uses gets a caption": (row("unused", caption="New."), NOTHING),
    "a picture gets another name in the library": (row("bed", title="Another name"), NOTHING),
    "an author who is not in print gets a life": (row("dan", bio="A life."), NOTHING),
    "an author who is not in print is renamed": (row("dan", name="Daniel"), NOTHING),
    "an author gets a log-in": (row("ann", user=lambda site: factories.user("ann")), NOTHING),
    "a topic comes": (lambda site: factories.topic(), NOTHING),
    "a topic without articles is renamed": (row("empty", name="Emptier", position=0), NOTHING),
    "a comment waits": (lambda site: factories.comment(site.dusk), NOTHING),
    "a comment is rejected": (lambda site: factories.comment(site.dusk).reject(by=None), NOTHING),
    "moderators hold more": (discussion(hold_links=1), NOTHING),
    "a subscriber comes": (lambda site: factories.subscriber(), NOTHING),
    "an article is scheduled": (scheduled("later", by="ann", topic="sleep"), NOTHING),
    "a scheduled article is renamed": (row("later", title="Much later"), NOTHING),
    "a scheduled article gets a correction": (lambda site: site.later.corrections.create(text="Wrong."), NOTHING),
    "a scheduled article gets another writer": (lambda site: site.later.contributions.update(author=site.ben), NOTHING),
    "a scheduled article gets another topic": (row("later", topic=lambda site: site.food), NOTHING),
    "a scheduled article is picked": (verb("later", "pick", by=None), NOTHING),
    "a scheduled article is withdrawn": (verb("later", "withdraw", by=None), NOTHING),
    "changes of an article are kept beside it": (lambda site: factories.working_copy(site.dawn, title="In the making"), NOTHING),
    "they are discarded": (lambda site: Article.objects.get(pk=site.dawn.pk).discard_changes(by=None), NOTHING),
    # An article
    "text": (row("dusk", body="<p>Other words about dusk.</p>"), f"{DUSK_TEXT} {DUSK_CARD} {SEARCHES}"),
    "next review": (row("dusk", review_by=lambda site: timezone.localdate()), DUSK_TEXT),
    "disclosure": (row("dusk", disclosure="Bought."), DUSK_TEXT),
    "source": (lambda site: site.dusk.references.update(text="Another."), DUSK_TEXT),
    "standfirst": (row("dusk", standfirst="In the evening."), f"{DUSK_TEXT} {DUSK_CARD} {SEARCHES}"),
    "language": (row("dusk", language="de"), f"{DUSK_TEXT} {DUSK_CARD} {DUSK_TITLE}"),
    "text under a standfirst": (row("dusk", body="<p>Words about dusk.</p>"), f"{DUSK_TEXT} {SEARCHES}"),
    "title": (row("dusk", title="The dusk"), f"{DUSK_TEXT} {DUSK_CARD} {DUSK_TITLE} {SEARCHES}"),
    "update": (row("dusk", updated_at=lambda site: timezone.now()), f"{DUSK_TEXT} sitemap sitemap.articles sitemap.topics sitemap.authors"),
    "correction": (lambda site: site.dusk.corrections.update(text="Much later."), f"{DUSK_TEXT} corrections sitemap sitemap.articles"),
    "hero": (row("dusk", hero=None), f"{DUSK_TEXT} {DUSK_CARD} sitemap.articles"),
    "hero again": (row("dusk", hero=lambda site: site.bed), f"{DUSK_TEXT} {DUSK_CARD} sitemap.articles"),
    "pages leave the footer": (lambda site: Page.objects.exclude(slug="privacy").update(in_footer=False), PAGES),
    "the review policy goes": (lambda site: Page.objects.filter(slug=Page.REVIEW_POLICY).delete(), "dusk sitemap sitemap.pages"),
    "part": (lambda site: site.dusk.contributions.filter(part="reviewer").update(part="editor"), f"{DUSK_TEXT} {DUSK_CARD} cleo sitemap sitemap.authors"),
    "changes of it are published": (published_changes(standfirst="Late.", body="<p>Other words about dusk.</p>"), f"{DUSK_TEXT} {DUSK_CARD} {SEARCHES}"),
    "comments are closed": (row("dusk", comments_open=False), "dusk thread reply"),
    "comments are opened": (row("dusk", comments_open=True), "dusk thread reply"),
    "pick": (verb("noon", "pick", by=None), "front"),
    "unpick": (verb("noon", "unpick", by=None), "front"),
    # Coming and going
    "an article is published, the first in its month": (new_article("news", by="ben", topic="food"), f"{LISTS} {PERIODS} {SEARCHES} food food.feed ben ben.feed night topics"),
    "an article is withdrawn": (verb("news", "withdraw", by=None), f"{LISTS} {PERIODS} {SEARCHES} food food.feed ben ben.feed night topics"),
    "the first article of a topic and of a person": (new_article("first", by="dan", topic="empty"), f"{LISTS} humans {SEARCHES} {PAGES}"),
    "the last article of a topic and of a person": (verb("first", "withdraw", by=None), f"{LISTS} humans {SEARCHES} {PAGES}"),
    "another topic": (row("night", topic=lambda site: site.food), f"front archive 2025 feed json night ben ben.feed food food.feed light light.feed topics {SEARCHES} sitemap sitemap.topics"),
    "lists of related articles follow": (lambda site: choose_related_lists(), "noon"),
    "another time, and a month is empty": (at_a_day_after("noon"), f"{LISTS} {PERIODS} {SEARCHES} {SERIES} food food.feed ben ben.feed night.thread noon topics sitemap.series"),
    "another time in months that have others": (at_a_day_after("dusk"), f"{LISTS} 2024 2025 june {SEARCHES} {SERIES} food food.feed ben ben.feed night.thread noon topics sitemap.series"),
    "an article waits for its time": (scheduled("coming", by="ann", topic="sleep"), NOTHING),
    "its time comes": (later(hours=3), f"{LISTS} {PERIODS} {SEARCHES} sleep sleep.feed ann ann.feed night topics"),
    # People, topics, pictures, pages
    "an author's name": (row("ann", name="Anna"), f"front archive {PERIODS} dawn dusk ann ann.feed sleep sleep.feed light light.feed feed json humans authors {SEARCHES}"),
    "an author's life": (row("ann", bio="Another life."), "dawn dusk ann ann.feed authors"),
    "an author's link": (lambda site: site.ann.links.create(label="Home", url="https://ann.example"), "ann ann.feed"),
    "a reviewer's life": (row("cleo", bio="Another life."), "dusk cleo authors"),
    "a topic's name": (row("food", name="Eating"), f"{PAGES} feed json food.feed ben.feed light.feed"),
    "a topic's description": (row("sleep", description="Nights."), "sleep sleep.feed topics"),
    "a topic's disclaimer": (row("sleep", disclaimer="Ask a doctor."), "sleep dawn dusk"),
    "a picture's credit": (row("bed", credit="Another hand"), "dusk"),
    "a topic's place in the menu": (row("food", position=0), PAGES),
    "another picture": (row("bed", file=lambda site: site.unused.file.name), f"{DUSK_TEXT} {DUSK_CARD} sitemap.articles"),
    "a picture's point": (row("bed", focus_x=20), f"{DUSK_TEXT} {DUSK_CARD}"),
    "a page's text": (row("about", body="<p>Other.</p>"), "about sitemap sitemap.pages"),
    "title of a page that is in no footer": (row("about", title="We"), "about sitemap sitemap.pages"),
    "it comes to the footer": (row("about", in_footer=True), f"{PAGES} sitemap sitemap.pages"),
    "title of a page in the footer": (row("about", title="About us"), f"{PAGES} sitemap sitemap.pages"),
    # Sub-topics, series, the front page
    "the first article of a sub-topic": (new_article("deep", by="ben", topic="below"), f"{LISTS} {SEARCHES} {PAGES} food.feed ben.feed"),
    "a sub-topic's description": (row("below", description="Cake."), "food food.feed topics"),
    "a sub-topic is one no more": (row("below", parent=None), f"{PAGES} food.feed sitemap sitemap.topics"),
    "a series is renamed": (row("light", title="More light"), SERIES),
    "a part comes": (lambda site: site.light.entries.create(article=site.noon, position=9), f"{SERIES} noon sitemap sitemap.series"),
    "parts change places": (lambda site: site.light.entries.filter(article=site.noon).update(position=0), f"{SERIES} noon"),
    "a draft is to be a part": (lambda site: site.light.entries.create(article=site.draft), NOTHING),
    "a part goes": (lambda site: site.light.entries.filter(article=site.noon).delete(), f"{SERIES} noon sitemap sitemap.series"),
    "a lead is chosen for an hour": (front(lead=lambda site: site.dawn, lead_until=lambda site: timezone.now() + timedelta(hours=1)), "front"),
    "its hour is over": (later(hours=1), "front"),
    "a section is hidden": (front(picks=None), "front"),
    "most discussed articles are chosen": (lambda site: choose_most_discussed(), "front"),
    "they are chosen again": (lambda site: choose_most_discussed(), NOTHING),
    # Comments
    "a comment is approved": (lambda site: factories.approved_comment(site.dusk), "dusk thread reply thread.feed"),
    "a comment is removed": (lambda site: site.dusk.comments.order_by("pk").last().remove(by=None), "dusk thread reply thread.feed"),
    "rules of comments": (discussion(rules="Be kind."), "dawn noon dusk night thread reply night.thread"),
    "comments close in an hour": (row("dusk", comments_close_at=lambda site: timezone.now() + timedelta(hours=1)), "dusk thread reply"),
    "the hour is over": (later(hours=1), "dusk thread reply"),
    # By whatever way
    "raw SQL": (sql("UPDATE articles_author SET bio = 'Short.' WHERE name = 'Ben'"), "noon night ben ben.feed authors"),
    "a hundred and one at once": (
        sql("INSERT INTO articles_authorlink (author_id, label, url, position) SELECT id, 'x', 'https://example.org', n FROM articles_author, generate_series(1, 101) n"),
        "ann ann.feed ben ben.feed cleo",
    ),
}  # fmt: skip


def test_pages_under_a_former_slug_lead_to_the_new_one():
    site = small_site()
    kept = KeptPages(pages_of(site))

    site.dusk.slug = "nightfall"
    site.dusk.save()
    kept.catch_up()

    for name in ("dusk", "thread", "reply", "thread.feed"):
        former = kept.pages[name]
        answer = get(kept.cache, former)
        assert answer.status == 301, name
        assert answer.headers["Location"] == former.replace("/dusk/", "/nightfall/")
    kept.cache.feed.close()


def test_neighbours_that_two_publish_at_once_know_each_other():
    """Neither transaction sees the other's article before it waits for it."""
    site = small_site()
    one, other = (factories.draft(by=site.ben, topic=site.food) for _number in range(2))
    kept = KeptPages(pages_of(site))
    before = kept.catch_up()

    def publish():
        try:
            Article.objects.get(pk=other.pk).publish(by=None)
        finally:
            connection.close()

    with transaction.atomic():
        one.publish(by=None)
        second = threading.Thread(target=publish)
        second.start()
        wait_until(somebody_waits)
    second.join()
    kept.make_anew(kept.voided())

    assert not kept.cache.feed.is_fresh(before, [f"neighbours-{one.pk}"])
    assert kept.old(kept.pages) == []
    choose_related_lists()
    assert read_article(one.slug).related[0].pk == other.pk
    assert read_article(other.slug).related[0].pk == one.pk
    kept.cache.feed.close()


def test_change_makes_those_pages_anew_that_show_it(clock, subtests):
    site = small_site()
    site.clock = clock
    kept = KeptPages(pages_of(site))
    survivors = set()  # of a change since they were made
    for name, (change, names) in CHANGES.items():
        shown = set(names.split())
        old = kept.old(shown & survivors)
        clock.shift(seconds=1)
        change(site)
        voided = kept.voided()
        survivors = (survivors | kept.pages.keys()) - voided
        with subtests.test(name):
            assert old == [], "not made anew by an earlier change that they show"
            assert {"too much": voided - shown, "too little": shown - voided} == {
                "too much": set(),
                "too little": set(),
            }
        kept.make_anew(voided)
    assert kept.old(kept.pages) == []
    kept.cache.feed.close()
