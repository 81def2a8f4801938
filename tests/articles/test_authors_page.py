"""The page of all authors: by name, in pages, and only people whom readers know."""

import pytest

from articles.models import Author
from tests import factories
from tests.config.small_site import KeptPages
from tests.markup import links_of

SIZE = 30


def people_in_print(names):
    """So many people who wrote one article."""
    article = factories.published_article()
    people = [factories.author(name=name) for name in names]
    for person in people:
        article.contributions.create(author=person)
    return people


@pytest.fixture
def many(db):
    """Enough for two pages; two share a name."""
    names = [f"Person {number:02}" for number in range(SIZE + 4)]
    return people_in_print([*names, names[SIZE - 1]])


def names_of(response):
    return [person.name for person in response.context["list"].rows]


def test_pages_lead_through_all_people_by_name(client, many):
    factories.draft(by=factories.author(name="Person of a draft"))

    first = client.get("/authors/")
    [following] = [link for link in links_of(first.text) if link.startswith("?after=")]
    second = client.get(f"/authors/{following}")

    assert names_of(first) + names_of(second) == sorted(person.name for person in many)
    assert len(names_of(first)) == SIZE
    assert "/authors/" in links_of(second.text.partition('<nav class="pager"')[2])
    assert second.context["canonical_url"] == f"http://testserver/authors/{following}"


def test_accents_and_capitals_move_no_name_to_the_end(client, db):
    people_in_print(["Zoe Ash", "Ähre Bo", "de Vries", "Élodie", "Arne", "Émile", "Ernst"])

    expected = ["Ähre Bo", "Arne", "de Vries", "Élodie", "Émile", "Ernst", "Zoe Ash"]
    assert names_of(client.get("/authors/")) == expected
    third = Author.objects.get(name="Élodie")
    assert names_of(client.get("/authors/", {"after": third.pk})) == expected[4:]


def test_few_people_have_one_page(client, db):
    factories.published_article(by=factories.author(name="Ada"))

    assert 'class="pager"' not in client.get("/authors/").text


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "9" * 30, "999999999"])
def test_page_that_is_none_is_not_found(client, db, cursor):
    assert client.get("/authors/", {"after": cursor}).status_code == 404


def test_each_page_costs_the_same_queries(client, many, django_assert_num_queries):
    last = Author.objects.in_print()[SIZE - 1]
    client.get("/authors/")

    for address in ("/authors/", f"/authors/?after={last.pk}"):
        with django_assert_num_queries(3):
            client.get(address)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_new_name_moves_somebody_from_page_to_page():
    people = people_in_print([f"Person {number:02}" for number in range(SIZE + 2)])
    kept = KeptPages({"first": "/authors/", "second": f"/authors/?after={people[SIZE - 1].pk}"})

    Author.objects.filter(pk=people[0].pk).update(name="Zoe")

    assert kept.voided() == {"first", "second"}
    kept.make_anew(["first", "second"])
    assert "Zoe" in kept.made_now("second").decode()
    kept.cache.feed.close()
