"""Front page, topics, authors, archive and flat pages."""

import pytest
from django.utils import timezone

from articles.models import Contribution, Page, Topic
from tests import factories
from tests.clock import after
from tests.markup import links_of, relations_of

PUBLIC_LISTS = ["/", "/archive/", "/topics/sleep/", "/authors/ada/"]


def _magazine(articles: int) -> None:
    topic = factories.topic(name="Sleep")
    ada = factories.author(name="Ada")
    for number in range(articles):
        factories.published_article(
            by=ada, topic=topic, title=f"Piece {number}", days_ago=number + 1
        )


def test_empty_site_tells_what_to_do_next(client, db):
    text = client.get("/").text

    assert "Nothing is published yet" in text
    assert "/admin/" in text


def test_front_page_leads_with_the_newest_article(client, db):
    _magazine(3)

    text = client.get("/").text

    assert text.index("Piece 0") < text.index("Latest") < text.index("Piece 1")


def test_front_page_lists_no_article_twice(client, db):
    _magazine(12)

    text = client.get("/").text

    assert all(text.count(f">Piece {number}</a>") == 1 for number in range(11))


def test_drafts_and_scheduled_articles_are_in_no_list(client, db):
    _magazine(1)
    hidden = [
        factories.draft(title="Secret draft", topic=Topic.objects.get(), by=None),
        factories.scheduled_article(title="Secret plan", topic=Topic.objects.get()),
    ]
    ada = factories.author(name="Ada Two")
    for article in hidden:
        Contribution.objects.create(article=article, author=ada)

    texts = [client.get(path).text for path in PUBLIC_LISTS]

    assert not any("Secret" in text for text in texts)
    assert "1 article<" in texts[2]


def test_scheduled_article_appears_by_itself_at_its_time(client, db):
    article = factories.scheduled_article(title="To come", days_ahead=1)
    path = f"/articles/{article.slug}/"

    assert client.get(path).status_code == 404
    with after(days=1):
        assert client.get(path).status_code == 200
        assert "To come" in client.get("/").text


def test_author_without_published_work_has_no_page(client, db):
    quiet = factories.author(name="Quiet")
    factories.draft(by=quiet)

    assert client.get("/authors/quiet/").status_code == 404


def test_author_page_lists_what_the_person_wrote_and_reviewed(client, db):
    ada, bob = factories.author(name="Ada"), factories.author(name="Bob")
    factories.published_article(by=ada, title="By Ada")
    reviewed = factories.published_article(by=bob, title="By Bob")
    Contribution.objects.create(article=reviewed, author=ada, part="reviewer")

    text = client.get("/authors/ada/").text

    assert text.index("By Ada") < text.index("Reviewed") < text.index("By Bob")


def test_author_links_lead_to_the_web_only(client, db):
    ada = factories.author(name="Ada")
    factories.published_article(by=ada)
    ada.links.create(label="Good", url="https://example.org/ada")
    ada.links.create(label="Bad", url="javascript:alert(1)")

    text = client.get("/authors/ada/").text

    assert "https://example.org/ada" in text
    assert "javascript:" not in text


def test_topic_without_articles_says_so_and_is_in_no_menu(client, db):
    factories.topic(name="Silence")

    text = client.get("/topics/silence/").text

    assert "Nothing has been published on this topic yet" in text
    assert "/topics/silence/" not in client.get("/").text


def test_archive_goes_on_where_the_page_before_ended(client, db):
    _magazine(31)

    first = client.get("/archive/")
    older = first.context["list"].older
    second = client.get("/archive/", {"before": older})

    assert len(first.context["list"].rows) == 30
    assert [row.title for row in second.context["list"].rows] == ["Piece 30"]
    assert relations_of(second.text)["canonical"] == f"http://testserver/archive/?before={older}"


def test_articles_of_the_same_moment_are_neither_lost_nor_repeated(client, db):
    _magazine(13)
    at = timezone.now()
    Topic.objects.get().articles.update(published_at=at)

    first = client.get("/topics/sleep/").context["list"]
    second = client.get("/topics/sleep/", {"before": first.older}).context["list"]

    assert len({row.pk for row in [*first.rows, *second.rows]}) == 13


@pytest.mark.day("2026-03-15T12:00")
def test_archive_has_a_heading_for_each_month(client, db):
    factories.published_article(days_ago=1)
    factories.published_article(days_ago=30)

    text = client.get("/archive/").text

    assert "March 2026" in text
    assert "February 2026" in text


def test_bad_place_in_a_list_is_not_found(client, db):
    _magazine(1)

    for cursor in ("x", "1-1", "9" * 50 + "-1", "1-" + "9" * 18, "١-١"):
        for path in PUBLIC_LISTS[1:]:
            assert client.get(path, {"before": cursor}).status_code == 404


def test_first_pages_are_there_and_can_be_read(client, db):
    about, privacy = client.get("/about/"), client.get("/privacy/")

    assert about.status_code == privacy.status_code == 200
    assert "sets no cookies" in privacy.text
    assert "/about/" in links_of(client.get("/").text)


def test_page_shows_its_text_ready_for_readers(client, db):
    Page.objects.create(title="House rules", slug="rules", body="<h2>Be kind</h2><p>Always.</p>")

    assert '<h2 id="be-kind">Be kind</h2>' in client.get("/rules/").text


def test_unknown_address_offers_ways_on(client, db):
    _magazine(1)

    response = client.get("/articles/nothing-here/")

    assert response.status_code == 404
    assert {"/archive/", "/topics/sleep/"} <= links_of(response.text).keys()
    assert "canonical" not in relations_of(response.text)


@pytest.mark.long
def test_pages_cost_the_same_queries_however_many_articles(
    client, db, django_assert_max_num_queries
):
    _magazine(13)

    for path, most in {"/": 9, "/archive/": 4, "/topics/sleep/": 5, "/authors/ada/": 6}.items():
        with django_assert_max_num_queries(most):
            client.get(path)
    with django_assert_max_num_queries(3):
        client.get("/about/")
    with django_assert_max_num_queries(5):  # the last one looks for a redirect
        client.get("/topics/nothing/")
