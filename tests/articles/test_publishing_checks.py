"""What is missing before an article is published: named, refused or asked, one by one or for several."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from articles.models.refusals import NotReady
from articles.publishing_checks import findings_of
from tests import factories
from tests.admin_forms import sent_by
from tests.markup import one_line

LIST = "/admin/articles/article/"


@pytest.fixture
def whole(db):
    """A draft that lacks nothing."""
    article = factories.draft(
        by=factories.author(), topic=factories.topic(), standfirst="In short.", hero=factories.image(),
        review_by=timezone.localdate() + timedelta(days=300),
        body="<h2>One</h2><h3>Two</h3><p>A claim [1].</p><h2>Three</h2>"
        "<table><tr><th>Dose</th></tr><tr><td>5 mg</td></tr></table>",
    )  # fmt: skip
    article.references.create(number=1, text="Smith 2019")
    return article


@pytest.fixture
def desk(client_of, editor):
    return client_of(editor)


def said(article):
    return [finding.text for finding in findings_of(Article.objects.get(pk=article.pk))]


def levels(article):
    return [finding.level for finding in findings_of(Article.objects.get(pk=article.pk))]


def change(article, **fields):
    for name, value in fields.items():
        setattr(article, name, value)
    article.save()


def test_whole_article_lacks_nothing(whole):
    assert said(whole) == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"topic": None}, "no topic"),
        ({"standfirst": ""}, "no standfirst"),
        ({"review_by": None}, "no date for the next review"),
        ({"body": "<p>A claim [1].</p><h3>Small</h3>"}, "skip a level"),
        ({"body": "<h2>a</h2><h4>b</h4><p>A claim [1].</p>"}, "skip a level"),
        ({"body": "<p>[1]</p><table><tr><td>5 mg</td></tr></table>"}, "1 table has no header"),
        ({"body": "<p>A claim [1], another [2].</p>"}, "citations have no reference: [2]"),
        ({"body": "<p>A claim.</p>"}, "not cited in the text: 1"),
    ],
)
def test_each_thing_that_is_missing_is_a_warning(whole, fields, words):
    change(whole, **fields)

    (text,) = said(whole)

    assert words in text
    assert levels(whole) == ["warning"]


def test_pictures_without_alternative_text_are_named(whole):
    hero, figure = factories.image(alt_text=""), factories.image()
    body = f'<p>A claim [1].</p><figure><img src="{figure.file.url}" alt=""></figure>'
    change(whole, hero=hero, body=body)

    assert ["hero image" in text or "1 picture" in text for text in said(whole)] == [True, True]


@pytest.mark.parametrize("body", ["", "<p> </p>", "<h2>…</h2>"])
def test_article_without_text_is_refused(whole, body):
    change(whole, body=body)

    assert levels(whole)[0] == "error"
    with pytest.raises(NotReady, match="It has no text"):
        whole.publish(by=None)
    assert Article.objects.get().status == "draft"


def test_article_without_author_is_refused_a_reviewer_is_none(whole):
    whole.contributions.update(part="reviewer")
    article = Article.objects.get()

    with pytest.raises(NotReady, match="It has no author"):
        article.publish(by=None)
    with pytest.raises(NotReady):
        article.schedule(at=timezone.now() + timedelta(days=1), by=None)


@pytest.mark.parametrize("lost", [{"body": ""}, {"people": []}])
def test_scheduled_article_that_loses_its_text_or_author_is_not_published(whole, editor, lost):
    whole.schedule(at=timezone.now() + timedelta(days=1), by=editor)

    whole.save_content(whole.edited_content() | lost, by=editor)

    article = Article.objects.get()
    assert (article.status, article.published_at) == ("approved", None)
    assert article.revisions.first().action == "stopped"


# The form


def of(article):
    return f"{LIST}{article.pk}/change/"


def press(desk, article, step="publish", **fields):
    form = sent_by(desk.get(of(article)), "article_form")
    return desk.post(of(article), form | {"_step": step, **fields}, follow=True)


def test_form_lists_what_is_missing(desk, whole):
    change(whole, topic=None)

    page = one_line(desk.get(of(whole)).text)

    assert "Before publishing" in page
    assert "It has no topic" in page
    assert 'name="_sure"' in page


def test_whole_article_is_published_without_a_question(desk, whole):
    assert 'name="_sure"' not in desk.get(of(whole)).text

    press(desk, whole)

    assert Article.objects.get().is_published


@pytest.mark.parametrize("step", ["publish", "schedule"])
def test_warnings_ask_once(desk, whole, step):
    time = {"publish_on_0": "2099-01-01", "publish_on_1": "08:00"}
    change(whole, topic=None)
    asked = press(desk, whole, step, title="Saved", **time)
    before = Article.objects.get()

    press(desk, whole, step, _sure="on", **time)

    assert "Nothing was published" in asked.text
    assert (before.status, before.title) == ("draft", "Saved")
    assert Article.objects.get().published_at is not None


def test_errors_are_refused_however_sure_somebody_is(desk, whole):
    answer = press(desk, whole, body="", _sure="on")

    assert "It has no text." in answer.text
    assert 'name="_sure"' not in answer.text
    assert Article.objects.get().status == "draft"


def test_schedule_ends_with_a_word_when_the_text_is_gone_and_stays_otherwise(desk, whole, editor):
    whole.schedule(at=timezone.now() + timedelta(days=1), by=editor)
    press(desk, whole, "", title="Still whole")
    before = Article.objects.get()

    answer = press(desk, whole, "", body="")

    assert (before.title, before.is_scheduled) == ("Still whole", True)
    assert "The schedule is cancelled. It has no text." in answer.text
    assert Article.objects.get().published_at is None


def test_author_sees_the_list_while_writing(client_of, author, whole):
    person = whole.contributions.get().author
    person.user = author
    person.save()
    change(whole, topic=None)

    page = client_of(author).get(of(whole)).text

    assert "It has no topic" in page
    assert 'name="_sure"' not in page


# Several at once


def test_bulk_publishing_shows_one_page_before_it_acts(desk, whole):
    bare = factories.draft(title="Bare", by=factories.author())
    empty = factories.draft(title="Empty", body="")
    chosen = {"action": "publish_chosen", "_selected_action": [whole.pk, bare.pk, empty.pk]}

    page = desk.post(LIST, chosen)
    before = Article.objects.published().count()
    form = sent_by(page, "before_publishing_form") | {
        "_selected_action": chosen["_selected_action"]
    }
    answer = desk.post(LIST, form, follow=True)

    assert "It has no topic" in page.text
    assert "It has no text." in page.text
    assert "Articles that lack something required are left out." in page.text
    assert before == 0
    assert set(Article.objects.published()) == {whole, bare}
    assert "2 articles: done." in answer.text
    assert "“Empty”" in answer.text


def test_article_changed_after_that_page_is_not_published_unseen(desk, whole):
    page = desk.post(LIST, {"action": "publish_chosen", "_selected_action": [whole.pk]})
    change(whole, title="Half a sen")

    answer = desk.post(LIST, sent_by(page, "before_publishing_form"), follow=True)

    assert "Nothing was changed" in answer.text
    assert not Article.objects.published().exists()


def test_bulk_publishing_is_closed_to_authors(client_of, author, whole):
    person = whole.contributions.get().author
    person.user = author
    person.save()
    chosen = {"action": "publish_chosen", "_selected_action": [whole.pk], "_sure": "on"}

    client_of(author).post(LIST, chosen)

    assert Article.objects.get().status == "draft"


@pytest.mark.long
def test_page_before_bulk_publishing_takes_few_queries(desk, django_assert_max_num_queries):
    rows = [factories.draft(by=factories.author()) for _ in range(10)]
    chosen = {"action": "publish_chosen", "_selected_action": [row.pk for row in rows]}
    desk.post(LIST, chosen)

    with django_assert_max_num_queries(27):
        desk.post(LIST, chosen)
