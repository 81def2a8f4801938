"""What a search finds, and in which order."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.search.words import read_new_words
from tests import factories
from tests.markup import one_line

pytestmark = pytest.mark.django_db


def found(client, query, **filters):
    """Titles of the page of results, in order."""
    response = client.get("/search/", {"q": query, **filters})
    assert response.status_code == 200
    answer = response.context["answer"]
    return [hit.article.title for hit in answer.results.hits] if answer else None


@pytest.mark.parametrize(
    "query",
    ["magnesium", "MAGNESIUM", "cramp", "cramping", "naive", "naïve", "Löv", "lov", "calves", "zinc"],
)  # fmt: skip
def test_words_of_title_standfirst_text_and_authors_are_found_in_any_form(client, query):
    factories.published_article(
        title="Magnesium", standfirst="For cramps", by=factories.author(name="Ada Löv"),
        body="<p>A naïve look at the calves, iron/zinc and Mg &lt; 0.7.</p>",
    )  # fmt: skip
    factories.published_article(title="Another")

    assert found(client, query) == ["Magnesium"]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("restless legs", {"Phrase", "Apart"}),
        ('"restless legs"', {"Phrase"}),
        ("restless -sleep", {"Phrase"}),
        ("sleep or legs", {"Phrase", "Apart"}),
        ('"legs restless"', set()),
    ],
)
def test_query_may_have_quotes_minus_and_or(client, query, titles):
    factories.published_article(title="Phrase", body="<p>Restless legs.</p>")
    factories.published_article(title="Apart", body="<p>Legs, however restless, and sleep.</p>")

    assert set(found(client, query)) == titles


def test_title_counts_more_than_standfirst_and_that_more_than_text(client):
    factories.published_article(title="Text", body="<p>Iron.</p>")
    factories.published_article(title="Iron", days_ago=900)
    factories.published_article(title="Standfirst", standfirst="Iron")

    assert found(client, "iron") == ["Iron", "Standfirst", "Text"]


def test_of_equally_good_articles_the_newer_comes_first(client):
    factories.published_article(title="Iron old", days_ago=30)
    factories.published_article(title="Iron new", days_ago=3)
    factories.published_article(title="Iron mid", days_ago=9)

    assert found(client, "iron") == ["Iron new", "Iron mid", "Iron old"]


def test_filters_narrow_results_by_topic_author_and_days(client):
    sleep = factories.topic(name="Sleep")
    factories.published_article(
        title="Iron one", topic=sleep, by=factories.author(name="Ada Löv"), days_ago=5
    )
    factories.published_article(title="Iron two", by=factories.author(name="Bo"), days_ago=20)
    day = timezone.localdate(timezone.now() - timedelta(days=5)).isoformat()

    assert found(client, "iron", topic="sleep") == ["Iron one"]
    assert found(client, "iron", author="lov ada") == ["Iron one"]
    assert found(client, "iron", author="B%o") == []
    assert found(client, "iron", since=day, until=day) == ["Iron one"]
    assert len(found(client, "iron", since="2000-01-01")) == 2


def test_mistyped_word_finds_what_was_meant_and_says_so(client):
    factories.published_article(title="Magnesium", body="<p>Sleep well.</p>")
    read_new_words()

    response = client.get("/search/", {"q": "magnezium slepe"})

    assert [hit.article.title for hit in response.context["answer"].results.hits] == ["Magnesium"]
    assert response.context["answer"].instead_of == "magnezium slepe"
    assert "It may be spelled differently" in one_line(response.text)


def test_correction_keeps_quotes_and_minus(client):
    factories.published_article(title="Restless legs")
    factories.published_article(title="Restless legs and coffee")
    read_new_words()

    assert found(client, '"restles legs" -coffee') == ["Restless legs"]


def test_nothing_found_offers_a_looser_query_and_topics(client):
    factories.published_article(title="Iron", topic=factories.topic(name="Sleep"))

    text = one_line(client.get("/search/", {"q": "iron wolfram", "topic": "sleep"}).text)

    assert "?q=iron%20or%20wolfram&amp;topic=sleep" in text
    assert 'class="search__topics"' in text
    assert "without filters" not in text


def test_nothing_found_offers_what_there_is_without_filters(client):
    factories.published_article(title="Iron", topic=factories.topic(name="Sleep"))

    text = one_line(client.get("/search/", {"q": "iron", "author": "Ada"}).text)

    assert '<a href="?q=iron">See 1 article without filters</a>' in text


def test_matches_are_marked_and_text_is_escaped(client):
    factories.published_article(
        title="Iron <b>&", body="<p>Some &lt;script&gt;iron&lt;/script&gt; \x02 here.</p>"
    )

    text = one_line(client.get("/search/", {"q": "iron"}).text)

    assert "<mark>Iron</mark> &lt;b&gt;&amp;" in text
    assert "&lt;script&gt;<mark>iron</mark>&lt;/script&gt;" in text
    assert text.count("<mark>") == text.count("</mark>")


@pytest.mark.long
def test_pages_of_results_hold_every_article_once(client):
    for number in range(23):
        factories.published_article(title=f"Iron {number}", days_ago=number % 3)

    first = client.get("/search/", {"q": "iron"})
    second = client.get("/search/", {"q": "iron", "after": first.context["answer"].results.next})
    third = client.get("/search/", {"q": "iron", "after": second.context["answer"].results.next})

    pages = [page.context["answer"].results for page in (first, second, third)]
    assert [len(page.hits) for page in pages] == [10, 10, 3]
    assert {page.count for page in pages} == {23}
    assert len({hit.article.pk for page in pages for hit in page.hits}) == 23
    assert f"after={pages[0].next}" in one_line(first.text)
    assert not pages[2].next


def test_more_matches_than_are_ranked_are_said_to_be_more(client, monkeypatch):
    monkeypatch.setattr("articles.search.finding.CANDIDATES", 3)
    for number in range(5):
        factories.published_article(title=f"Text {number}", body="<p>Iron.</p>", days_ago=number)
    factories.published_article(title="Iron", days_ago=900)

    text = one_line(client.get("/search/", {"q": "iron"}).text)

    assert "More than 4 articles" in text
    assert found(client, "iron") == ["Iron", "Text 0", "Text 1", "Text 2"]


def test_old_phrase_is_found_behind_many_articles_with_its_words(client, monkeypatch):
    monkeypatch.setattr("articles.search.finding.WIDER", (3, 100))
    for number in range(5):
        factories.published_article(title="Apart", body="<p>Legs, restless.</p>", days_ago=number)
    factories.published_article(title="Phrase", body="<p>Restless legs.</p>", days_ago=900)

    assert found(client, '"restless legs"') == ["Phrase"]


@pytest.mark.long
def test_search_takes_few_queries(client, django_assert_num_queries):
    author, topic = factories.author(), factories.topic()
    for number in range(12):
        factories.published_article(title=f"Iron {number}", by=author, topic=topic)

    # Matches, articles, words to mark; topics of form and frame, pages.
    with django_assert_num_queries(6):
        client.get("/search/", {"q": "iron"})
