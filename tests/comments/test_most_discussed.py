"""The front page names the articles with most comments of recent weeks."""

import pytest

from comments.models import Comment
from comments.models.most_discussed import KEPT, choose_most_discussed
from tests import factories
from tests.clock import after
from tests.markup import one_line

pytestmark = pytest.mark.django_db


def article_with(title, number):
    article = factories.published_article(title=title, days_ago=90)
    for _number in range(number):
        factories.approved_comment(article)
    return article


def named(client):
    section = one_line(client.get("/").text).partition('aria-labelledby="discussed"')[2]
    section = section.partition("</section>")[0]
    return sorted((section.index(f">{t}<"), t) for t in ("Quiet", "Loud", "Silent") if t in section)


def test_most_commented_article_comes_first(client):
    article_with("Quiet", 1)
    article_with("Loud", 3)
    article_with("Silent", 0)
    choose_most_discussed()

    assert [title for _place, title in named(client)] == ["Loud", "Quiet"]


def test_comments_that_nobody_approved_do_not_count(client):
    quiet = article_with("Quiet", 0)
    factories.comment(quiet)
    factories.approved_comment(quiet).remove(by=None)
    choose_most_discussed()

    assert named(client) == []


def test_old_comments_do_not_count(client):
    article_with("Loud", 3)
    with after(days=40):
        choose_most_discussed()

    assert named(client) == []


def test_withdrawn_article_is_gone_at_once(client):
    factories.published_article(title="Lead")
    loud = article_with("Loud", 3)
    choose_most_discussed()
    loud.withdraw(by=None)

    assert named(client) == []


def test_choosing_costs_the_same_queries_however_many_comments(django_assert_max_num_queries):
    for number in range(KEPT + 2):
        article_with(f"Article {number}", 1)

    with django_assert_max_num_queries(8):
        choose_most_discussed()
    with django_assert_max_num_queries(2):
        choose_most_discussed()
    assert Comment.objects.approved().count() == KEPT + 2
