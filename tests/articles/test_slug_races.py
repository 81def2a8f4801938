"""Rows of the same name made in the same moment, on real connections."""

import threading

import pytest
from django.db import connection

from articles.models import Article, Author, Page, Topic
from tests import factories
from tests.articles.typed_forms import typed_article

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


def at_once(act):
    """`act(number)` by several threads that start together; what they raised."""
    start, raised = threading.Barrier(AT_ONCE), []

    def run(number):
        try:
            start.wait(60)
            act(number)
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def slugs_of(model):
    return sorted(model.objects.values_list("slug", flat=True))


@pytest.mark.parametrize(
    ("model", "make"),
    [
        (Article, lambda number: Article.objects.create(title="Salt and sleep")),
        (Author, lambda number: Author.objects.create(name="Salt and sleep")),
        (Topic, lambda number: Topic.objects.create(name="Salt and sleep" + "!" * number)),
    ],
)
def test_same_titles_saved_at_once_get_slugs_of_their_own(model, make):
    raised = at_once(make)

    assert raised == []
    assert slugs_of(model) == ["salt-and-sleep", *(f"salt-and-sleep-{n}" for n in range(2, 7))]


@pytest.mark.long
def test_same_titles_sent_from_the_form_at_once_are_all_saved(client_of):
    clients = [client_of(factories.user(f"e{n}", group="Editor")) for n in range(AT_ONCE)]

    raised = at_once(
        lambda n: clients[n].post("/admin/articles/article/add/", typed_article(title="Salt"))
    )

    assert raised == []
    assert slugs_of(Article) == ["salt", *(f"salt-{n}" for n in range(2, 7))]


@pytest.mark.long
@pytest.mark.parametrize(
    ("path", "model", "typed"),
    [
        ("topic", Topic, {"name": "Sleep", "position": "0"}),
        ("page", Page, {"title": "Help", "slug": "help", "body": "<p>Write to us.</p>"}),
    ],
)
def test_name_taken_in_the_same_moment_is_an_error_of_the_form(client_of, path, model, typed):
    clients = [client_of(factories.user(f"e{n}", group="Editor")) for n in range(AT_ONCE)]
    before, answers = model.objects.count(), []

    raised = at_once(
        lambda n: answers.append(clients[n].post(f"/admin/articles/{path}/add/", typed))
    )

    assert raised == []
    assert sorted(answer.status_code for answer in answers) == [200] * (AT_ONCE - 1) + [302]
    assert model.objects.count() == before + 1
