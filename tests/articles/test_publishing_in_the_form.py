"""Changes of a public article are published in its form, which asks what readers are told."""

import pytest

from articles.models import Article
from tests import factories
from tests.admin_forms import sent_by
from tests.factories import working_copy
from tests.markup import one_line


@pytest.fixture
def article(db):
    return factories.published_article(
        by=factories.author(),
        title="Salt",
        slug="salt",
        topic=factories.topic(),
        review_by="2099-01-01",
    )


@pytest.fixture
def desk(client_of, editor):
    return client_of(editor)


def of(article):
    return f"/admin/articles/article/{article.pk}/change/"


def publish(desk, article, **fields):
    form = sent_by(desk.get(of(article)), "article_form")
    return desk.post(of(article), form | {"_step": "publish_changes", **fields}, follow=True)


@pytest.mark.parametrize(
    ("kind", "moves", "entries"),
    [("substantial", True, []), ("spelling", False, []), ("correction", False, ["It was more."])],
)
def test_one_press_saves_and_publishes(desk, client, article, kind, moves, entries):
    answer = publish(
        desk, article, title="Less salt", change_kind=kind, correction="It was more.", _sure="on"
    )

    article.refresh_from_db()
    assert (article.title, article.working_copy) == ("Less salt", None)
    assert bool(article.updated_at) == moves
    assert [row.text for row in article.corrections.all()] == entries
    assert "Readers see “Less salt” as you changed it." in answer.text
    assert "Readers still see the published version" not in answer.text


def test_changes_of_earlier_saves_go_along(desk, article):
    working_copy(article, standfirst="In short.")

    publish(desk, article, title="Less salt", change_kind="spelling", _sure="on")

    article.refresh_from_db()
    assert (article.title, article.standfirst) == ("Less salt", "In short.")


def test_question_left_open_keeps_what_was_typed(desk, article):
    none = publish(desk, article, title="Less salt", correction="Typed words")
    without = publish(desk, article, title="Less salt", change_kind="correction")

    assert "Choose what to tell readers." in none.text
    assert "Typed words" in none.text
    assert "Less salt" in none.text
    assert "Enter what was wrong and what is right." in without.text
    article.refresh_from_db()
    assert (article.title, article.working_copy) == ("Salt", None)


def test_what_is_missing_asks_once_and_the_changes_wait(desk, article):
    Article.objects.update(standfirst="")

    asked = publish(desk, article, title="Less salt", change_kind="spelling")
    before = Article.objects.get()
    publish(desk, article, change_kind="spelling", _sure="on")

    assert "Nothing was published" in asked.text
    assert (before.title, before.with_working_copy().title) == ("Salt", "Less salt")
    assert Article.objects.get().title == "Less salt"


def test_nothing_changed_is_told(desk, article):
    answer = publish(desk, article, change_kind="spelling", _sure="on")

    assert "There are no unpublished changes." in answer.text


def test_comparing_first_saves_and_leads_to_the_comparison(desk, article):
    answer = publish(desk, article, title="Less salt", _step="compare_changes")

    assert answer.redirect_chain[-1][0].endswith(f"/{article.pk}/changes/")
    assert Article.objects.get().title == "Salt"


def test_authors_do_not_publish_changes(client_of, author, article):
    article.contributions.create(author=factories.author(user=author), position=1)
    desk = client_of(author)

    page = one_line(desk.get(of(article)).text)
    form = sent_by(desk.get(of(article)), "article_form")
    answer = desk.post(of(article), form | {"_step": "publish_changes", "change_kind": "spelling"})

    assert "publish-changes" not in page
    assert answer.status_code == 403
