"""Series: articles to read in an order, with a page, a feed, and their place on each article."""

import pytest

from articles.models import Series
from tests import factories
from tests.markup import links_of, one_line

ADMIN = "/admin/articles/series/"


@pytest.fixture
def three_parts(db):
    parts = [factories.published_article(title=f"Piece {n}", days_ago=9 - n) for n in (1, 2, 3)]
    factories.series(*parts, title="A long road", description="In three parts.")
    return parts


def part_on(client, article):
    page = one_line(client.get(article.get_absolute_url()).text)
    return page.partition('<nav class="part"')[2].partition("</nav>")[0]


def test_page_of_a_series_lists_its_parts_in_order(client, three_parts):
    page = client.get("/series/a-long-road/")
    text = one_line(page.text)

    assert [article.title for article in page.context["parts"]] == ["Piece 1", "Piece 2", "Piece 3"]
    assert text.index("In three parts.") < text.index("Part 1") < text.index("Part 3")


def test_article_says_which_part_it_is_and_leads_to_the_ones_beside_it(client, three_parts):
    first, second, third = three_parts

    part = part_on(client, second)

    assert "Part 2 of 3" in part
    assert set(links_of(part)) == {
        "/series/a-long-road/",
        first.get_absolute_url(),
        third.get_absolute_url(),
    }


def test_first_and_last_part_have_one_neighbour(client, three_parts):
    first, _second, third = three_parts

    assert 'rel="prev"' not in part_on(client, first)
    assert 'rel="next"' not in part_on(client, third)


def test_parts_that_are_not_public_are_not_counted_and_not_named(client, three_parts):
    first, second, third = three_parts
    second.withdraw(by=None)
    Series.objects.get().entries.create(article=factories.draft(title="Secret"), position=9)

    part = part_on(client, third)

    assert "Part 2 of 2" in part
    assert first.get_absolute_url() in part
    assert "Secret" not in client.get("/series/a-long-road/").text


def test_article_of_no_series_has_no_place_in_one(client, three_parts):
    assert part_on(client, factories.published_article()) == ""


def test_series_without_a_public_part_is_unknown(client, db):
    factories.series(factories.draft(), title="Secret plan")

    assert client.get("/series/secret-plan/").status_code == 404
    assert client.get("/series/secret-plan/feed/").status_code == 404
    assert "Secret plan" not in client.get("/follow/").text


def test_former_address_leads_to_the_present_one(client, three_parts):
    series = Series.objects.get()
    series.slug = "a-short-road"
    series.save()

    assert client.get("/series/a-long-road/").url == "/series/a-short-road/"
    assert client.get("/series/a-long-road/feed/").url == "/series/a-short-road/feed/"


def test_series_has_feeds_and_a_place_in_the_sitemap(client, three_parts):
    number = (Series.objects.get().pk - 1) // 10_000 + 1

    assert "Piece 2" in client.get("/series/a-long-road/feed/").text
    assert len(client.get("/series/a-long-road/feed.json").json()["items"]) == 3
    assert "/series/a-long-road/" in client.get(f"/sitemap-series-{number}.xml").text


def test_front_page_shows_series_with_their_parts(client, three_parts):
    factories.published_article(title="Lead", days_ago=0)

    section = one_line(client.get("/").text).partition('aria-labelledby="series"')[2]

    assert "/series/a-long-road/" in links_of(section)
    assert section.index("Piece 1") < section.index("Piece 2")


def test_place_in_a_series_costs_no_query(client, three_parts, django_assert_num_queries):
    alone = factories.published_article()
    with django_assert_num_queries(5) as asked:
        client.get(alone.get_absolute_url())

    with django_assert_num_queries(len(asked)):
        client.get(three_parts[1].get_absolute_url())


def test_page_of_a_series_costs_the_same_queries_however_long(
    client, three_parts, django_assert_num_queries
):
    with django_assert_num_queries(4):
        client.get("/series/a-long-road/")


def test_editor_makes_a_series(client_of, editor):
    one, other = factories.published_article(), factories.draft()
    rows = {"entries-TOTAL_FORMS": 2, "entries-INITIAL_FORMS": 0}
    rows |= {"entries-0-article": one.pk, "entries-0-position": 2}
    rows |= {"entries-1-article": other.pk, "entries-1-position": 1}

    client_of(editor).post(f"{ADMIN}add/", {"title": "New", "description": "", "slug": "", **rows})

    entries = Series.objects.get(slug="new").entries.all()
    assert [entry.article for entry in entries] == [other, one]


def test_article_of_another_series_is_refused(client_of, editor, three_parts):
    rows = {"entries-TOTAL_FORMS": 1, "entries-INITIAL_FORMS": 0}
    rows |= {"entries-0-article": three_parts[0].pk, "entries-0-position": 1}

    response = client_of(editor).post(f"{ADMIN}add/", {"title": "New", "slug": "", **rows})

    assert "This article is in a series already." in response.text
    assert Series.objects.count() == 1


def test_author_and_anonymous_make_no_series(client, client_of, author):
    sent = {"title": "Mine", "entries-TOTAL_FORMS": 0, "entries-INITIAL_FORMS": 0}

    assert client_of(author).post(f"{ADMIN}add/", sent).status_code == 403
    assert "/login/" in client.post(f"{ADMIN}add/", sent).url
    assert not Series.objects.exists()
