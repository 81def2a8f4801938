"""Links to pages of this site: chosen by title, good after a rename, and named when they lead nowhere."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.links.own_site import dead_paths
from articles.models import Article, Page
from articles.publishing_checks import findings_of
from articles.tasks import look_after_links
from tests import factories
from tests.articles.test_desk import piles
from tests.clock import after

CHOOSER = "/admin/articles/article/link-targets/"


def offered(client, words):
    return [
        (row["kind"], row["title"]) for row in client.get(CHOOSER, {"q": words}).json()["results"]
    ]


def linking(*addresses, **fields):
    links = " ".join(f'<a href="{address}">there</a>' for address in addresses)
    return factories.published_article(body=f"<p>See {links}.</p>", **fields)


def said(article):
    texts = [finding.text for finding in findings_of(Article.objects.get(pk=article.pk))]
    return [text for text in texts if "lead" in text]


def broken_on(client):
    return piles(client)["Broken links"]


# The chooser


def test_pages_of_each_kind_are_found_by_words_of_their_title(client_of, author):
    topic = factories.topic(name="Magnesium")
    factories.published_article(
        title="Sleep and magnesium", topic=topic, by=factories.author(name="Magda Magnesium")
    )
    factories.published_article(title="Magnesium at night")
    Page.objects.create(title="About magnesium", slug="mg", body="<p>It.</p>")

    found = offered(client_of(author), "magnes")
    of_two_words = client_of(author).get(CHOOSER, {"q": "SLEEP magnes"}).json()["results"]

    assert found == [
        ("Topic", "Magnesium"), ("Article", "Magnesium at night"), ("Article", "Sleep and magnesium"),
        ("Page", "About magnesium"), ("Person", "Magda Magnesium"),
    ]  # fmt: skip
    assert of_two_words == [
        {
            "kind": "Article",
            "title": "Sleep and magnesium",
            "address": "/articles/sleep-and-magnesium/",
        }
    ]


def test_nothing_that_readers_do_not_see_is_offered(client_of, editor):
    factories.draft(title="Iron, a draft", by=factories.author(name="Iron Ann"))
    factories.scheduled_article(title="Iron, next week")

    assert offered(client_of(editor), "iron") == []
    assert offered(client_of(editor), " ") == []


def test_chooser_is_for_people_who_work_on_articles(client, client_of, author, moderator):
    assert client.get(CHOOSER, {"q": "a"}).status_code == 302
    assert client_of(moderator).get(CHOOSER, {"q": "a"}).status_code == 403
    assert client_of(author).get(CHOOSER, {"q": "a"}).status_code == 200
    assert client_of(author).post(CHOOSER, {"q": "a"}).status_code == 405


# Changed addresses


def test_page_is_found_at_its_earlier_address(client, db):
    page = Page.objects.create(title="Who we are", slug="about-us", body="<p>We.</p>")
    page.slug = "who-we-are"
    page.save()

    response = client.get("/about-us/")

    assert (response.status_code, response.headers["Location"]) == (301, "/who-we-are/")


def test_earlier_address_is_not_given_to_another_by_itself(client, db):
    first = factories.published_article(title="Iron")
    first.slug = "iron-in-blood"
    first.save()

    second = factories.published_article(title="Iron")

    assert second.slug == "iron-2"
    assert client.get("/articles/iron/").headers["Location"] == "/articles/iron-in-blood/"


# Links that lead nowhere


@pytest.fixture
def places(db):
    """Something of each kind that readers see, and something that they do not see."""
    ada, topic = factories.author(slug="ada"), factories.topic(slug="rest")
    renamed = factories.published_article(slug="old", by=ada, topic=topic)
    renamed.slug = "new"
    renamed.save()
    Page.objects.create(title="About us", slug="about-us", body="<p>We.</p>")
    factories.draft(slug="draft", by=factories.author(slug="bo"))
    factories.scheduled_article(slug="soon")
    factories.published_article(slug="gone", by=factories.author()).withdraw(by=None)


@pytest.mark.parametrize(
    "path",
    [
        "/", "/articles/new/", "/articles/old/", "/articles/new", "/articles/new/?from=a#part",
        "/authors/ada/", "/topics/rest/", "/about-us/", "/search/?q=iron", "/archive/", "/%61bout-us/",
    ],
)  # fmt: skip
def test_link_to_what_readers_see_is_good(places, path):
    assert dead_paths([path]) == set()


@pytest.mark.parametrize(
    "path",
    [
        "/articles/draft/", "/articles/soon/", "/articles/gone/", "/articles/never/", "/authors/bo/",
        "/topics/none/", "/none/", "/no/such/page/", "/admin/", "/articles/new/preview/", "/%ff/", "/%00/",
    ],
)  # fmt: skip
def test_link_to_what_readers_do_not_see_is_dead(places, path):
    assert dead_paths([path]) == {path}


def test_dead_links_are_named_before_publishing(places, settings):
    article = linking(
        "/articles/draft/#dose",
        f"{settings.SITE_URL}/articles/gone/",
        "/articles/new/",
        "mailto:a@example.org",
        "#top",
    )

    assert said(article) == [
        "Readers cannot see the pages that these links lead to: /articles/draft/, /articles/gone/."
    ]


def test_many_links_cost_as_many_queries_as_a_few(places):
    def queries(number):
        paths = [
            f"/{kind}/x-{n}/" for kind in ("articles", "authors", "topics") for n in range(number)
        ]
        with CaptureQueriesContext(connection) as queries:
            assert len(dead_paths([*paths, *(f"/p-{n}/" for n in range(number))])) == number * 4
        return len(queries)

    assert queries(1) == queries(40) <= 9


def test_editors_see_dead_links_of_public_articles_on_the_desk(places, client_of, editor):
    linking("/articles/gone/", title="Points nowhere")
    linking("/articles/new/", title="Points well")
    factories.draft(body='<p><a href="/articles/gone/">there</a></p>')
    look_after_links.call()

    assert broken_on(client_of(editor)) == ["Points nowhere"]


def test_dead_link_leaves_the_desk_when_its_target_is_back(places, client_of, editor):
    linking("/articles/gone/")
    look_after_links.call()
    Article.objects.get(slug="gone").publish(by=None)

    with after(hours=2):
        look_after_links.call()
        assert broken_on(client_of(editor)) == []


def test_link_taken_out_of_the_text_leaves_the_desk(places, client_of, editor):
    article = linking("/articles/gone/")
    look_after_links.call()

    article.body = "<p>Nothing more.</p>"
    article.save()
    look_after_links.call()

    assert broken_on(client_of(editor)) == []


def test_links_of_references_and_of_the_working_copy_are_looked_after(places):
    article = linking("/articles/new/")
    article.references.create(number=1, text="Ours", url="http://other.example/paper")
    factories.working_copy(article, body='<p><a href="/none/">there</a></p>')
    look_after_links.call()

    assert set(article.links.values_list("address", flat=True)) == {
        "/articles/new/", "/none/", "http://other.example/paper",
    }  # fmt: skip
