"""Editors' picks: who chooses them, and where readers see them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from tests import factories
from tests.articles.typed_forms import typed_article
from tests.markup import one_line

LIST = "/admin/articles/article/"


def picked(title: str, **fields) -> Article:
    article = factories.published_article(title=title, **fields)
    article.pick(by=None)
    return article


def picks_on_front(client) -> list[str]:
    return [article.title for article in client.get("/").context["front"].picks]


def test_front_page_shows_the_newest_four_picks(client, db):
    for number in range(5):
        picked(f"Pick {number}", days_ago=10)
    factories.published_article(title="Lead")

    response = client.get("/")

    assert picks_on_front(client) == ["Pick 4", "Pick 3", "Pick 2", "Pick 1"]
    assert "Editors’ picks" in one_line(response.text)


def test_lead_story_is_not_repeated_among_the_picks(client, db):
    picked("Older pick", days_ago=3)
    picked("Lead", days_ago=1)

    assert picks_on_front(client) == ["Older pick"]


def test_front_page_without_picks_has_no_heading_for_them(client, db):
    factories.published_article()

    assert "Editors’ picks" not in one_line(client.get("/").text)


def test_picks_that_are_not_public_are_shown_to_nobody(client, db):
    factories.published_article(title="Lead")
    withdrawn = picked("Withdrawn", days_ago=3)
    withdrawn.withdraw(by=None)
    for article in (factories.draft(title="Draft"), factories.scheduled_article(title="Planned")):
        article.pick(by=None)

    assert picks_on_front(client) == []


def test_picking_again_keeps_the_place_and_is_not_noted_twice(db):
    article = picked("Once")
    first = Article.objects.get().picked_at

    article.pick(by=None)

    assert Article.objects.get().picked_at == first
    assert article.revisions.filter(action="picked").count() == 1


def test_pick_and_removal_are_in_the_history_with_who(editor):
    article = factories.published_article()

    article.pick(by=editor)
    article.unpick(by=editor)

    assert article.picked_at is None
    assert list(article.revisions.values_list("action", "by")[:2]) == [
        ("unpicked", editor.pk),
        ("picked", editor.pk),
    ]


def test_pick_does_not_count_as_a_change_of_the_article(db):
    article = factories.published_article()
    before = Article.objects.get().modified_at

    article.pick(by=None)

    assert Article.objects.get().modified_at == before


@pytest.mark.parametrize(("action", "is_picked"), [("pick_chosen", True), ("unpick_chosen", False)])
def test_editor_picks_several_in_the_list(client_of, editor, action, is_picked):
    article = factories.published_article()
    if not is_picked:
        article.pick(by=None)

    data = {"action": action, "_selected_action": [article.pk]}
    response = client_of(editor).post(LIST, data, follow=True)

    assert "Readers now have" in one_line(response.text)
    assert (Article.objects.get().picked_at is not None) == is_picked


def test_author_cannot_pick_in_the_list(client_of, author):
    article = factories.draft(created_by=author)

    data = {"action": "pick_chosen", "_selected_action": [article.pk]}
    response = client_of(author).post(LIST, data, follow=True)

    assert "Add to editors" not in one_line(response.text)
    assert Article.objects.get().picked_at is None


def test_anonymous_is_sent_to_the_login_and_picks_nothing(client, db):
    article = factories.published_article()

    response = client.post(LIST, {"action": "pick_chosen", "_selected_action": [article.pk]})

    assert response.status_code == 302
    assert "/login/" in response.url
    assert Article.objects.get().picked_at is None


def test_editor_picks_in_the_form_and_takes_back(client_of, editor):
    article = factories.published_article()
    form = f"{LIST}{article.pk}/change/"
    browser = client_of(editor)

    browser.post(form, typed_article(article, editors_pick="on"))
    was_picked = Article.objects.get().picked_at
    browser.post(form, typed_article(article, **{"initial-editors_pick": "True"}))

    assert was_picked
    assert Article.objects.get().picked_at is None


def test_form_opened_before_the_pick_does_not_take_it_back(client_of, editor):
    article = factories.published_article()
    article.pick(by=None)

    data = typed_article(article, **{"initial-editors_pick": "False"})
    client_of(editor).post(f"{LIST}{article.pk}/change/", data)

    assert Article.objects.get().picked_at


def test_author_has_no_checkbox_and_cannot_forge_it(client_of, author):
    own = factories.author(user=author)
    article = factories.draft(by=own, created_by=author)
    form = f"{LIST}{article.pk}/change/"
    browser = client_of(author)

    shown = one_line(browser.get(form).text)
    people = article.contributions.all()
    browser.post(form, typed_article(article, editors_pick="on", title="Changed"))

    assert len(people) == 1
    assert "editors_pick" not in shown
    assert Article.objects.get().title == "Changed"
    assert Article.objects.get().picked_at is None


def test_list_can_be_narrowed_to_picks_and_to_due_reviews(client_of, editor):
    today = timezone.localdate()
    factories.published_article(title="Due one", review_by=today)
    factories.draft(title="Draft one", review_by=today)
    picked("Picked one", review_by=today + timedelta(days=20))
    browser = client_of(editor)

    def listed(query):
        found = browser.get(LIST, query).context["cl"].result_list
        return {article.title for article in found}

    assert listed({"pick": "yes"}) == {"Picked one"}
    assert listed({"review": "due"}) == {"Due one"}
    assert listed({"review": "soon"}) == {"Due one", "Picked one"}


def test_readers_are_told_when_the_next_review_is_due(client, db):
    article = factories.published_article(review_by=timezone.localdate() + timedelta(days=9))

    assert "Next review due" in one_line(client.get(article.get_absolute_url()).text)


@pytest.mark.long
def test_picks_cost_one_query(client, db, django_assert_max_num_queries):
    for _ in range(6):
        picked("Pick", days_ago=5, topic=factories.topic(), by=factories.author())
    factories.published_article(topic=factories.topic())

    with django_assert_max_num_queries(9):
        client.get("/")
