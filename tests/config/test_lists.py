"""Lists of the admin say what to do when they are empty, and name things in words."""

import pytest

from tests import factories
from tests.markup import one_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client_of):
    return client_of(factories.user("root", group="Editor", is_superuser=True))


def test_empty_list_leads_to_the_first_row(desk):
    page = one_line(desk.get("/admin/articles/article/").text)

    assert "Nothing here yet." in page
    assert 'href="/admin/articles/article/add/">Add article</a>' in page


def test_list_without_a_match_leads_to_everything(desk):
    factories.draft()

    page = one_line(desk.get("/admin/articles/article/?q=xqzzyy").text)

    assert 'No matches. <a href="?">Show all</a>' in page


def test_list_that_nobody_adds_to_says_so(desk):
    assert (
        "New entries appear here automatically." in desk.get("/admin/newsletter/subscriber/").text
    )


def test_list_with_rows_says_nothing(desk):
    factories.draft()

    assert "empty-list" not in desk.get("/admin/articles/article/").text


def test_tasks_are_named_for_people(desk):
    page = desk.get("/admin/").text

    assert "Background tasks" in page
    assert "Tasks Database Backend" not in page
