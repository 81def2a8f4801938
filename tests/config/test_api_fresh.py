"""The page cache keeps the answers of the API, and none of them is old."""

import json

import pytest

from articles.models import Article
from tests import factories
from tests.config.small_site import KeptPages, small_site
from tests.config.wsgi import get
from tests.waiting import hear_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]


def pages(site):
    page = f"http://testserver{site.dusk.get_absolute_url()}"
    return {
        "all": "/api/v1/articles/",
        "sleep": "/api/v1/articles/?topic=sleep",
        "ben": "/api/v1/articles/?author=ben",
        "dusk": "/api/v1/articles/dusk/",
        "thread": "/api/v1/articles/dusk/comments/",
        "topics": "/api/v1/topics/",
        "topic": "/api/v1/topics/sleep/",
        "eating": "/api/v1/articles/?topic=food",
        "below": "/api/v1/topics/below/",
        "all series": "/api/v1/series/",
        "series": "/api/v1/series/light/",
        "people": "/api/v1/authors/",
        "person": "/api/v1/authors/ann/",
        "oembed": f"/oembed?url={page}",
        "card": "/embed/dusk/",
        "entrance": "/api/v1/",
    }


CHANGES = {
    "new article": lambda site: factories.published_article(
        title="New", by=site.ann, topic=site.sleep
    ),
    "withdrawal": lambda site: Article.objects.get(pk=site.dawn.pk).withdraw(by=None),
    "other title": lambda site: change(site.dusk, title="Dusk again"),
    "other text": lambda site: change(site.dusk, body="<p>Other.</p>"),
    "topic renamed": lambda site: change(site.sleep, name="Rest"),
    "other disclaimer": lambda site: change(site.sleep, disclaimer="No advice."),
    "author renamed": lambda site: change(site.ann, name="Anna"),
    "other life": lambda site: change(site.ann, bio="A life."),
    "other link": lambda site: site.ann.links.create(label="Home", url="https://ann.example/"),
    "new article of a sub-topic": lambda site: factories.published_article(topic=site.below),
    "topic without a parent": lambda site: change(site.below, parent=None),
    "series renamed": lambda site: change(site.light, title="More light"),
    "new part": lambda site: site.light.entries.create(article=site.noon, position=9),
    "other caption": lambda site: change(site.bed, caption="A bed."),
    "correction": lambda site: site.dusk.corrections.create(text="It was earlier."),
    "comment approved": lambda site: factories.approved_comment(site.dusk, body="New words."),
    "comment removed": lambda site: site.comment.remove(by=None),
    "reviewer is an author, too": lambda site: site.dawn.contributions.create(
        author=site.cleo, part="author", position=2
    ),
}


def change(row, **fields):
    row.refresh_from_db()
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


@pytest.mark.parametrize("what", CHANGES)
def test_answers_that_a_change_concerns_are_made_anew_and_no_kept_one_is_old(what):
    site = small_site()
    kept = KeptPages(pages(site))

    CHANGES[what](site)

    voided = kept.voided()
    assert voided
    assert "entrance" not in voided
    assert kept.old(set(kept.pages) - voided) == []
    kept.cache.feed.close()


@pytest.fixture
def cache():
    site = small_site()
    kept = KeptPages(pages(site))
    yield kept.cache
    kept.cache.feed.close()


def test_withdrawn_article_vanishes_at_once(cache):
    Article.objects.get(slug="dusk").withdraw(by=None)
    hear_all(cache.feed)

    assert get(cache, "/api/v1/articles/dusk/").status == 410
    assert get(cache, "/api/v1/articles/dusk/comments/").status == 404
    titles = [one["title"] for one in json.loads(get(cache, "/api/v1/articles/").body)["items"]]
    assert "Dusk" not in titles
    assert len(titles) == 3


def test_unchanged_answer_costs_304_that_every_site_may_read(cache, django_assert_num_queries):
    first = get(cache, "/api/v1/articles/")

    with django_assert_num_queries(0):
        again = get(cache, "/api/v1/articles/", if_none_match=first.headers["ETag"])

    assert (again.status, again.body) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Vary"] == "Accept-Encoding, Cookie"
    assert get(cache, "/api/v1/articles/", accept_encoding="br").headers["Content-Encoding"] == "br"


def test_other_methods_pass_the_cache_and_errors_are_not_kept(cache):
    pages_before = len(cache.store)

    assert get(cache, "/api/v1/articles/", method="POST").status == 405
    assert get(cache, "/api/v1/articles/", method="OPTIONS").status == 204
    assert get(cache, "/api/v1/nothing/").status == 404
    assert len(cache.store) == pages_before
