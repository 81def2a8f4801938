"""What the desk's first page draws of comments, for those who decide on them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import Decision
from comments.templatetags.discussion_figures import discussion_figures
from tests import factories
from tests.clock import ago


@pytest.fixture
def article(db):
    return factories.published_article()


def figures(number):
    """The figures of one of the charts, the newest week last."""
    chart = discussion_figures()["charts"][number]
    return [row[0] for _label, row in chart.rows]


def decided_after(article, moderator, **time):
    made = timezone.now()
    comment = factories.comment(article, created_at=made - timedelta(**time))
    comment.approve(by=moderator)


def test_comments_are_counted_by_week(article):
    with ago(days=14):
        factories.comment(article)
    factories.comment(article)
    factories.comment(article)

    assert figures(0) == [0] * 9 + [1, 0, 2]


def test_time_to_decision_is_the_median_of_the_week(article, moderator):
    for hours in (1, 3, 50):
        decided_after(article, moderator, hours=hours)
    with ago(days=7):
        decided_after(article, moderator, minutes=90)

    assert figures(1) == [None] * 10 + [1.5, 3.0]


def test_decisions_of_the_program_and_about_public_comments_do_not_count(article, moderator):
    factories.approved_comment(article)
    decided_after(article, moderator, hours=2)
    article.comments.last().remove(by=moderator)

    assert Decision.objects.count() == 3
    assert figures(1)[-1] == 2.0


def test_waiting_comments_are_counted_by_age(article):
    now = timezone.now()
    for hours in (0.5, 2, 3, 20, 25, 100, 1000):
        factories.comment(article, created_at=now - timedelta(hours=hours))
    factories.comment(article, status="held", created_at=now - timedelta(hours=80))
    factories.approved_comment(article)

    assert figures(2) == [1, 2, 1, 1, 3]


def test_moderator_sees_them_and_an_author_does_not(client_of, moderator, author, article):
    assert "Comments waiting now, by age" in client_of(moderator).get("/admin/").text
    assert "waiting now" not in client_of(author).get("/admin/").text
