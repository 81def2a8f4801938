"""With FOUR_EYES nobody lets an own article out; without it everybody who may publish does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from articles.models.refusals import OwnArticle
from tests import factories

VERBS = ["approve", "publish", "schedule"]


@pytest.fixture
def four_eyes(settings):
    settings.FOUR_EYES = True


@pytest.fixture
def article(db):
    return factories.draft(by=factories.author(), title="Salt")


@pytest.fixture
def other(db):
    return factories.user("otto", group="Editor")


def let_out(article, verb, by):
    when = {"at": timezone.now() + timedelta(days=1)} if verb == "schedule" else {}
    getattr(article, verb)(by=by, **when)


@pytest.mark.parametrize("verb", VERBS)
def test_writer_lets_no_own_article_out(article, editor, four_eyes, verb):
    article.contributions.create(author=factories.author(user=editor), position=1)

    with pytest.raises(OwnArticle, match="someone else must do this"):
        let_out(article, verb, editor)

    assert Article.objects.get().status == "draft"


@pytest.mark.parametrize("verb", VERBS)
def test_who_sent_it_to_review_lets_it_not_out(article, editor, other, four_eyes, verb):
    article.submit(by=editor)

    with pytest.raises(OwnArticle):
        let_out(article, verb, editor)
    let_out(article, verb, other)

    assert Article.objects.get().status != "in_review"


def test_only_the_last_to_have_submitted_counts(article, editor, other, four_eyes):
    article.submit(by=editor)
    article.send_back(by=other)
    article.submit(by=other)

    article.publish(by=editor)

    assert Article.objects.get().is_published


@pytest.mark.parametrize("verb", VERBS)
def test_reviewers_are_no_writers(article, editor, four_eyes, verb):
    person = factories.author(user=editor)
    article.contributions.create(author=person, part="reviewer", position=1)

    let_out(article, verb, editor)

    assert Article.objects.get().status in {"approved", "published"}


@pytest.mark.parametrize("verb", VERBS)
def test_without_the_setting_own_articles_go_out(article, editor, verb):
    article.contributions.create(author=factories.author(user=editor), position=1)
    article.submit(by=editor)

    let_out(article, verb, editor)

    assert Article.objects.get().status in {"approved", "published"}


@pytest.mark.parametrize("verb", ["publish_changes", "schedule_changes"])
def test_changes_of_an_own_article_need_somebody_else(editor, other, four_eyes, verb):
    article = factories.published_article(by=factories.author(user=editor))
    article.save_content(article.edited_content() | {"title": "Less salt"}, by=other)
    article = Article.objects.get()
    when = {"at": timezone.now() + timedelta(days=1)} if verb == "schedule_changes" else {}

    with pytest.raises(OwnArticle):
        getattr(article, verb)(by=editor, **when)
    getattr(article, verb)(by=other, **when)


def test_who_writes_only_the_working_copy_is_a_writer(editor, four_eyes):
    article = factories.published_article(by=factories.author())
    own = {"author": factories.author(user=editor).pk, "part": "author", "position": 1}
    content = article.edited_content()
    article.save_content(content | {"people": [*content["people"], own]}, by=editor)

    with pytest.raises(OwnArticle):
        Article.objects.get().publish_changes(by=editor)


def test_steps_of_no_person_are_not_asked(article, four_eyes):
    article.publish(by=None)

    assert Article.objects.get().is_published


def test_list_says_why_it_did_not_publish(client_of, article, editor, four_eyes):
    article.submit(by=editor)
    chosen = {"action": "publish_chosen", "_selected_action": article.pk, "_sure": "on"}

    page = client_of(editor).post("/admin/articles/article/", chosen, follow=True).text

    assert "“Salt”: You wrote this article" in page
    assert Article.objects.get().status == "in_review"
