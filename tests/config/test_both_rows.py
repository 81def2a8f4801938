"""Two people save the rows below one form: one version of all of them is chosen, and each can be read."""

import pytest

from articles.models import Article, Author
from tests import factories
from tests.admin_forms import sent_by

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture
def people():
    return {name: factories.author(name=name) for name in ("Ada Leaf", "Bo Stem", "Cy Root")}


@pytest.fixture
def article(people):
    return factories.draft(title="Salt", by=people["Ada Leaf"])


@pytest.fixture
def desk(client_of, editor):
    return client_of(editor)


def address(article):
    return f"/admin/articles/article/{article.pk}/change/"


def form_of(page, name="article_form"):
    return sent_by(page, name)


def opened(desk, article):
    return form_of(desk.get(address(article)))


def with_person(form, person):
    number = int(form["contributions-TOTAL_FORMS"])
    row = {"author": person.pk, "part": "author", "position": number}
    return (
        form
        | {f"contributions-{number}-{name}": value for name, value in row.items()}
        | {"contributions-TOTAL_FORMS": number + 1}
    )


def names(article):
    rows = Article.objects.get(pk=article.pk).contributions.order_by("position")
    return [row.author.name for row in rows]


def refused(desk, article, theirs, mine):
    first, second = opened(desk, article), opened(desk, article)
    assert desk.post(address(article), theirs(first)).status_code == 302
    page = desk.post(address(article), mine(second))
    assert page.status_code == 200
    return page


@pytest.fixture
def both_added(desk, article, people):
    """Each of two editors named one more person."""
    return refused(
        desk,
        article,
        lambda form: with_person(form, people["Bo Stem"]),
        lambda form: with_person(form, people["Cy Root"]),
    )


def test_both_versions_can_be_read(both_added):
    assert "Two versions of these fields" in both_added.text
    assert "Bo Stem" in both_added.text
    assert "Use this version for “People, in byline order”" in both_added.text


def test_what_was_typed_is_in_use_and_saved(desk, article, both_added):
    desk.post(address(article), form_of(both_added))

    assert names(article) == ["Ada Leaf", "Cy Root"]


def test_what_is_saved_is_chosen_as_a_whole(desk, article, both_added):
    theirs = desk.post(address(article), form_of(both_added) | {"_exchange": "rows-contributions"})
    assert "Nothing is saved yet" in theirs.text
    desk.post(address(article), form_of(theirs))

    assert names(article) == ["Ada Leaf", "Bo Stem"]


def test_versions_are_exchanged_there_and_back(desk, article, both_added):
    page = both_added
    for _time in range(2):
        page = desk.post(address(article), form_of(page) | {"_exchange": "rows-contributions"})
    desk.post(address(article), form_of(page))

    assert names(article) == ["Ada Leaf", "Cy Root"]


def test_rows_that_only_the_other_one_changed_are_taken_as_saved(desk, article, people):
    page = refused(
        desk,
        article,
        lambda form: with_person(form, people["Bo Stem"]),
        lambda form: form | {"title": "Mine"},
    )

    desk.post(address(article), form_of(page))

    assert names(article) == ["Ada Leaf", "Bo Stem"]
    assert Article.objects.get().title == "Mine"


def test_rows_that_nobody_changed_are_not_asked_about(desk, article):
    page = refused(
        desk,
        article,
        lambda form: form | {"title": "Theirs"},
        lambda form: form | {"title": "Mine"},
    )

    assert "rows-contributions" not in page.text


def test_rows_of_a_working_copy_are_the_saved_ones(desk, people):
    article = factories.published_article(by=people["Ada Leaf"])
    page = refused(
        desk,
        article,
        lambda form: with_person(form, people["Bo Stem"]),
        lambda form: form | {"standfirst": "Mine"},
    )
    desk.post(address(article), form_of(page))

    shown = Article.objects.get(pk=article.pk).with_working_copy()
    assert [row.author.name for row in shown.contributions.all()] == ["Ada Leaf", "Bo Stem"]
    assert names(article) == ["Ada Leaf"]


def test_fields_of_a_working_copy_are_the_saved_ones(desk, people):
    article = factories.published_article(by=people["Ada Leaf"], title="Salt", standfirst="Old")
    factories.working_copy(article, standfirst="New")
    page = refused(
        desk, article, lambda form: form | {"title": "Theirs"}, lambda form: form | {"slug": "mine"}
    )

    assert form_of(page)["title"] == "Theirs"
    assert form_of(page)["standfirst"] == "New"
    assert "other-standfirst" not in page.text


@pytest.mark.parametrize(
    ("chosen", "left"), [("mine", {"Old", "theirs", "mine"}), ("theirs", {"Old", "theirs"})]
)
def test_rows_that_the_other_one_added_to_a_table_stay(desk, chosen, left):
    person = factories.author(name="Ada Leaf")
    person.links.create(label="Old", url="https://old.example/", position=0)
    url = f"/admin/articles/author/{person.pk}/change/"

    def added(form, label):
        return form | {
            "links-1-label": label, "links-1-url": f"https://{label}.example/", "links-1-position": 1,
            "links-TOTAL_FORMS": 2,
        }  # fmt: skip

    first, second = (form_of(desk.get(url), "author_form") for _ in range(2))
    assert desk.post(url, added(first, "theirs")).status_code == 302
    page = desk.post(url, added(second, "mine"))
    if chosen == "theirs":
        page = desk.post(url, form_of(page, "author_form") | {"_exchange": "rows-links"})
    assert desk.post(url, form_of(page, "author_form")).status_code == 302

    assert set(Author.objects.get().links.values_list("label", flat=True)) == left


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "[",
        '{"values": 1}',
        '{"values": {"pk": ["1"]}}',
        '{"values": {"contributions-TOTAL_FORMS": ["x"]}}',
    ],
)
def test_strange_rows_are_answered(desk, article, sent):
    form = opened(desk, article) | {
        "other-rows-contributions": sent,
        "_exchange": "rows-contributions",
    }

    assert desk.post(address(article), form).status_code == 200
    assert names(article) == ["Ada Leaf"]
