"""Results in another order, and filters as links: each is added or taken away by itself."""

import pytest

from tests import factories
from tests.articles.test_search import found
from tests.markup import links_of, one_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def three():
    """Articles of two topics, two authors and two years."""
    sleep, food = factories.topic(name="Sleep"), factories.topic(name="Food")
    ada, bo = factories.author(name="Ada Löv"), factories.author(name="Bo")
    factories.published_article(title="Old iron", topic=sleep, by=ada, days_ago=800)
    factories.published_article(title="Iron, iron", topic=food, by=bo, days_ago=801)
    factories.published_article(title="News", body="<p>Iron.</p>", topic=food, by=ada, days_ago=1)


def page(client, **query):
    return client.get("/search/", {"q": "iron"} | query)


def narrowing(response):
    return {
        group.label: [link.label for link in group.links] for group in response.context["narrower"]
    }


def test_newest_first_ranks_nothing_and_the_page_offers_the_other_order(client, three):
    assert found(client, "iron")[-1] == "News"
    assert found(client, "iron", sort="date") == ["News", "Old iron", "Iron, iron"]
    assert links_of(page(client).text)["?q=iron&sort=date"] == "Newest first"
    assert links_of(page(client, sort="date").text)["?q=iron"] == "Best match first"


def test_pages_of_the_newest_hold_every_article_once(client):
    for number in range(23):
        factories.published_article(title=f"Iron {number}", days_ago=number)

    titles, after = [], ""
    while True:
        results = page(client, sort="date", after=after).context["answer"].results
        titles += [hit.article.title for hit in results.hits]
        after = results.next
        if not after:
            break

    assert titles == [f"Iron {number}" for number in range(23)]


def test_unknown_order_is_the_usual_one(client, three):
    assert found(client, "iron", sort="x' --") == found(client, "iron")


def test_form_keeps_the_order(client, three):
    assert 'name="sort" value="date"' in one_line(page(client, sort="date").text)
    assert 'name="sort"' not in one_line(page(client).text)


def test_what_the_results_differ_in_is_offered(client, three):
    offered = narrowing(page(client))

    assert set(offered["Topic"]) == {"Sleep", "Food"}
    assert set(offered["Author"]) == {"Ada Löv", "Bo"}
    assert offered["Year"] == sorted(offered["Year"], reverse=True)
    assert len(offered["Year"]) >= 2


def test_each_offered_link_finds_what_it_says(client, three):
    response = page(client)

    for group in response.context["narrower"]:
        for link in group.links:
            narrowed = client.get(f"/search/?{link.query_string}")
            assert 1 <= len(narrowed.context["answer"].results.hits) < 3
            assert [undo.label for undo in narrowed.context["undo"]] == [link.label]


def test_what_all_results_share_is_not_offered(client):
    topic, author = factories.topic(name="Sleep"), factories.author(name="Ada")
    for _number in range(2):
        factories.published_article(title="Iron", topic=topic, by=author)

    assert narrowing(page(client)) == {}


def test_each_filter_is_undone_by_itself(client, three):
    query = {"topic": "sleep", "author": "Ada", "since": "2001-01-01", "until": "2099-12-30"}

    response = page(client, **query, sort="date")

    undone = {link.label: link.query_string for link in response.context["undo"]}
    assert list(undone) == ["Sleep", "Ada", "From 1 January 2001", "Until 30 December 2099"]
    rest = "since=2001-01-01&until=2099-12-30"
    assert undone["Sleep"] == f"q=iron&author=Ada&sort=date&{rest}"
    assert (
        undone["From 1 January 2001"] == "q=iron&topic=sleep&author=Ada&sort=date&until=2099-12-30"
    )


def test_filter_that_finds_nothing_can_be_undone_too(client, three):
    links = links_of(page(client, topic="sleep", author="Nobody").text)

    assert links["?q=iron&topic=sleep"].startswith("Remove filter Nobody")


def test_filters_cost_no_query(client, three, django_assert_num_queries):
    with django_assert_num_queries(6):
        page(client)


def test_page_not_found_has_a_search_box(client):
    response = client.get("/articles/iron-and-sleep/")

    assert response.status_code == 404
    assert 'role="search" action="/search/"' in one_line(response.text)
    assert 'name="q"' in response.text
    assert not response.cookies
