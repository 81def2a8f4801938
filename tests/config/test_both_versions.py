"""Two people save one row: both versions of each field stand side by side, and one is chosen."""

import json

import pytest

from articles.models import Page
from tests import factories
from tests.admin_forms import sent_by

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture
def article():
    return factories.draft(title="Sleep well", standfirst="Seven hours.", comments_open=True)


@pytest.fixture
def desk(client_of, editor):
    return client_of(editor)


def address(article):
    return f"/admin/articles/article/{article.pk}/change/"


def form_of(page):
    return sent_by(page, "article_form")


def refused(desk, article, theirs, mine):
    """The page that the second one gets who saves."""
    first, second = form_of(desk.get(address(article))), form_of(desk.get(address(article)))
    desk.post(address(article), first | theirs)
    return desk.post(address(article), second | mine)


def test_field_that_both_changed_keeps_what_was_typed_and_shows_what_is_saved(desk, article):
    page = refused(desk, article, {"title": "Theirs"}, {"title": "Mine"})

    assert form_of(page)["title"] == "Mine"
    assert "Two versions of these fields" in page.text
    assert json.loads(form_of(page)["other-title"]) == {
        "is_saved": True,
        "values": {"title": ["Theirs"]},
    }


def test_field_that_only_the_other_one_changed_takes_what_is_saved(desk, article):
    page = refused(desk, article, {"standfirst": "Eight hours."}, {"title": "Mine"})

    saved = desk.post(address(article), form_of(page))

    article.refresh_from_db()
    assert saved.status_code == 302
    assert (article.title, article.standfirst) == ("Mine", "Eight hours.")


def test_button_exchanges_the_versions_there_and_back(desk, article):
    page = refused(desk, article, {"title": "Theirs"}, {"title": "Mine"})

    theirs = desk.post(address(article), form_of(page) | {"_exchange": "title"})
    mine = desk.post(address(article), form_of(theirs) | {"_exchange": "title"})

    article.refresh_from_db()
    assert article.title == "Theirs"
    assert form_of(theirs)["title"] == "Theirs"
    assert form_of(mine)["title"] == "Mine"


def test_chosen_version_is_saved(desk, article):
    page = refused(desk, article, {"title": "Theirs"}, {"title": "Mine", "standfirst": "Nine."})
    theirs = desk.post(address(article), form_of(page) | {"_exchange": "title"})

    desk.post(address(article), form_of(theirs))

    article.refresh_from_db()
    assert (article.title, article.standfirst) == ("Theirs", "Nine.")


def test_boxes_dates_and_choices_are_exchanged_too(desk, article):
    topic = factories.topic(name="Food")
    theirs = {"topic": topic.pk, "review_by": "2099-05-01", "comments_close_at_0": "2099-05-02",
              "comments_close_at_1": "10:00"}  # fmt: skip
    first, second = form_of(desk.get(address(article))), form_of(desk.get(address(article)))
    del first["comments_open"]
    desk.post(address(article), first | theirs)

    page = desk.post(address(article), second | {"title": "Mine"})
    desk.post(address(article), form_of(page))

    article.refresh_from_db()
    assert (article.title, article.topic, article.comments_open) == ("Mine", topic, False)
    assert f"{article.review_by}" == "2099-05-01"
    assert article.comments_close_at is not None


def test_form_that_knows_nothing_of_digests_keeps_what_was_typed(desk, article):
    first, second = form_of(desk.get(address(article))), form_of(desk.get(address(article)))
    desk.post(address(article), first | {"standfirst": "Eight hours."})

    page = desk.post(address(article), second | {"title": "Mine", "opened_fields": "[1"})

    assert form_of(page)["standfirst"] == "Seven hours."
    assert form_of(page)["title"] == "Mine"


@pytest.mark.parametrize(
    "sent", ["", "[", "[]", '{"values": 1}', '{"values": {"pk": ["1"], "title": "x"}}', "null"]
)
def test_strange_versions_are_answered(desk, article, sent):
    data = form_of(desk.get(address(article))) | {"other-title": sent, "_exchange": "title"}

    response = desk.post(address(article), data)

    article.refresh_from_db()
    assert response.status_code == 200
    assert article.title == "Sleep well"
    assert "Nothing is saved yet" in response.text


def test_flat_pages_have_versions_too(desk, db):
    page = Page.objects.create(title="About us", slug="about-us", body="<p>We.</p>")
    url = f"/admin/articles/page/{page.pk}/change/"
    first, second = (sent_by(desk.get(url), "page_form") for _ in range(2))
    desk.post(url, first | {"title": "All of us"})

    shown = desk.post(url, second | {"body": "<p>We and you.</p>"})
    desk.post(url, sent_by(shown, "page_form"))

    page.refresh_from_db()
    assert (page.title, page.body) == ("All of us", "<p>We and you.</p>")
