"""The search page itself: what it says, and what nobody can do to it."""

import pytest
from django.db import connection

from tests import factories
from tests.effort import assert_cheap
from tests.markup import links_of, one_line, relations_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "  "}, {"topic": "sleep"}])
def test_without_words_the_page_explains_itself(client, query):
    response = client.get("/search/", query)

    assert response.status_code == 200
    assert "Search tips" in one_line(response.text)
    assert "error-summary" not in one_line(response.text)


@pytest.mark.parametrize("query", [{}, {"q": "iron"}, {"q": "nothing here"}])
def test_page_is_not_for_search_engines_and_sets_no_cookie(client, query):
    factories.published_article(title="Iron")

    response = client.get("/search/", query)

    assert '<meta name="robots" content="noindex">' in one_line(response.text)
    assert "canonical" not in relations_of(response.text)
    assert not response.cookies


def test_form_is_a_labelled_search_landmark_that_keeps_what_was_asked(client):
    text = one_line(client.get("/search/", {"q": 'iron "x', "author": "Ada"}).text)

    assert 'role="search"' in text
    assert '<label for="search_q"' in text
    assert 'value="iron &quot;x"' in text
    assert 'value="Ada"' in text


@pytest.mark.parametrize(
    ("query", "is_open"),
    [
        ({"author": "Ada"}, True),
        ({"q": "iron", "since": "yesterday"}, True),
        ({"q": "iron", "author": "Ada"}, False),
        ({"q": "iron"}, False),
    ],
)
def test_fields_of_filters_are_open_while_they_are_chosen_or_wrong(client, query, is_open):
    text = one_line(client.get("/search/", query).text)

    assert ("<details class='search-form__filters' open>" in text) == is_open


@pytest.mark.parametrize(
    "query", ["-iron", "the", "!!!", "& | ! <->", "or or", '""', ":*", "-", "<>/"]
)
def test_query_without_a_word_to_look_for_is_told_so(client, query):
    factories.published_article(title="Copper")

    response = client.get("/search/", {"q": query})

    assert response.status_code == 200
    assert "Enter a word to search for" in one_line(response.text)


@pytest.mark.parametrize(
    "query",
    ["a" * 50_000, "@" * 50_000, "a " * 25_000, '"' * 50_000, "(" * 50_000, "\ud800".encode("utf-8", "surrogatepass")],
)  # fmt: skip
def test_monstrous_query_is_answered_within_a_second(client, query):
    def ask():
        assert client.get("/search/", {"q": query}).status_code == 200

    assert_cheap(ask)


@pytest.mark.parametrize(
    "query",
    ["a" * 200, "@" * 200, '"a b" ' * 33, "-a or " * 33, "'\\", "x\\", "'; --", "%s %(a)s", "{x}",
     "a:b*<->c", "ß İ ﬁ", "\u202eabc", "日本語", "𐀀" * 200, "e\u0301" * 100, "\ue000\x02\x03"],
)  # fmt: skip
def test_strange_query_is_answered(client, query):
    factories.published_article(title="Iron")

    assert client.get("/search/", {"q": query}).status_code == 200


def test_nul_in_a_query_is_refused(client):
    assert client.get("/search/?q=a%00b").status_code == 400


def test_too_long_query_is_told_the_limit(client):
    text = one_line(client.get("/search/", {"q": "a" * 201}).text)

    assert "at most 200 characters" in text


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"topic": "unknown"}, "Choose a topic from the list."),
        ({"since": "yesterday"}, "Enter a date as 2026-01-31."),
        ({"since": "2001-02-01", "until": "2001-01-01"}, "Swap them."),
        ({"until": "9999-12-31"}, "2999"),
        ({"since": "0001-01-01"}, "1500"),
        ({"author": "a" * 121}, "at most 120 characters"),
    ],
)
def test_wrong_filter_says_what_to_do(client, filters, message):
    response = client.get("/search/", {"q": "iron", **filters})

    assert response.status_code == 200
    assert message in one_line(response.text)


@pytest.mark.parametrize(
    "place", ["x", "1-2", "1-2-x", "9" * 30, "999999999-99999999999999999-1", "0-0-0", "-1-1-1"]
)
def test_bad_place_is_not_found(client, place):
    status = client.get("/search/", {"q": "iron", "after": place}).status_code

    assert status == 404


@pytest.mark.django_db(transaction=True)
def test_query_that_takes_too_long_is_stopped_and_told_so(client, monkeypatch):
    monkeypatch.setattr("articles.search.bounds.LONGEST_MS", 1)
    monkeypatch.setattr("articles.search.finding._FIND", "SELECT pg_sleep(600)")

    response = client.get("/search/", {"q": "iron"})

    assert response.status_code == 200
    assert "takes too long" in one_line(response.text)


@pytest.mark.django_db(transaction=True)
def test_settings_of_the_search_end_with_it(client):
    named = ["enable_seqscan", "jit", "statement_timeout", "max_parallel_workers_per_gather"]

    def settings_now():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(f"current_setting('{name}')" for name in named)}")
            return cursor.fetchone()

    before = settings_now()
    factories.published_article(title="Iron")

    assert client.get("/search/", {"q": "iron"}).context["answer"].results.count == 1

    assert settings_now() == before


def test_every_page_leads_to_the_search(client):
    assert "/search/" in links_of(client.get("/").text)
