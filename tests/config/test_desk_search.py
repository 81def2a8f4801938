"""One search for everything at the desk: each role finds what it may see, and nothing else."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Page
from comments.moderating.queue.listing import newest_found
from tests import factories

pytestmark = pytest.mark.django_db

SEARCH = "/admin/search/"
_GROUP = re.compile(
    r'<h2 id="found-\d">\s*(.*?)\s*<span[^>]*>(.*?)</span>.*?<ul>(.*?)</ul>', re.DOTALL
)
_TITLE = re.compile(r'dir="auto">([^<]+)</a>')


def found(desk, words):
    """The titles of what was found, by the name of the group."""
    page = desk.get(SEARCH, {"q": words})
    assert page.status_code == 200
    return {name: _TITLE.findall(hits) for name, _count, hits in _GROUP.findall(page.text)}


@pytest.fixture
def magazine():
    """A row of each kind that has "marigold" in it."""
    article = factories.draft(title="Marigold tea", by=factories.author(name="Ada Marigold"))
    factories.topic(name="Marigolds")
    factories.image(title="Marigold field")
    Page.objects.create(title="Marigold prize", slug="prize", body="<p>Yearly.</p>")
    factories.comment(factories.published_article(), name="Rosa", body="I like marigold.")
    factories.subscriber(email="marigold@example.org")
    factories.issue(subject="Marigold issue")
    factories.user("marigold", group="Author")
    return article


def test_administrator_finds_every_kind(client_of, magazine):
    root = factories.user("root", group="Editor", is_superuser=True)

    assert found(client_of(root), "marigold") == {
        "Articles": ["Marigold tea"],
        "Comments": ["Rosa: I like marigold."],
        "Authors": ["Ada Marigold"],
        "Topics": ["Marigolds"],
        "Pages": ["Marigold prize"],
        "Pictures": ["Marigold field"],
        "Issues": ["Marigold issue"],
        "Subscribers": ["marigold@example.org"],
        "Users": ["marigold"],
    }


def test_author_finds_only_own_articles(client_of, author, magazine):
    factories.draft(title="Own marigold", by=factories.author(name="Ann", user=author))

    groups = found(client_of(author), "marigold")

    assert groups["Articles"] == ["Own marigold"]
    assert not {"Comments", "Subscribers", "Users", "Authors"} & groups.keys()


def test_moderator_finds_comments_and_no_subscriber(client_of, moderator, magazine):
    groups = found(client_of(moderator), "marigold")

    assert groups["Comments"] == ["Rosa: I like marigold."]
    assert not {"Subscribers", "Users", "Articles", "Issues"} & groups.keys()


def test_five_are_shown_with_a_way_to_all(client_of, editor):
    for number in range(7):
        factories.draft(title=f"Marigold {number}")

    page = client_of(editor).get(SEARCH, {"q": "marigold"}).text

    ((name, count, hits),) = _GROUP.findall(page)
    assert (name, count.strip(), len(_TITLE.findall(hits))) == ("Articles", "7", 5)
    assert '<a href="/admin/articles/article/?q=marigold">' in page


@pytest.mark.parametrize(
    "query",
    [{}, {"q": ""}, {"q": "  "}, {"q": "xqzzy"}, {"q": "a" * 300}, {"q": '"-'}, {"q": "%_\\"}],
)
def test_search_that_finds_nothing_says_what_to_do(client_of, editor, query):
    page = client_of(editor).get(SEARCH, query)

    assert page.status_code == 200
    assert _GROUP.findall(page.text) == []


def test_search_is_closed_to_strangers(client):
    assert client.get(SEARCH, {"q": "x"}).status_code == 302


def test_every_page_of_the_desk_has_the_box(client_of, editor):
    desk = client_of(editor)

    for path in ("/admin/", "/admin/articles/article/", SEARCH):
        assert f'action="{SEARCH}"' in desk.get(path).text


@pytest.mark.parametrize(("most", "count"), [(3, 3), (4, 4), (10, 4)])
@pytest.mark.parametrize("words", ["marigold", "rosa@example.org"])
def test_newest_comments_are_found_however_many_there_are(most, count, words):
    article = factories.published_article()
    factories.comment(article, body="Nothing", email="other@example.org")
    comments = [
        factories.comment(article, body=f"Marigold {n}", email="rosa@example.org") for n in range(4)
    ]

    with CaptureQueriesContext(connection) as asked:
        found = newest_found(words, shown=2, most=most)

    assert found == ([comments[3].pk, comments[2].pk], count)
    about = [query for query in asked.captured_queries if "comments_comment" in query["sql"]]
    assert len(about) == (1 if most > 4 else 2)
