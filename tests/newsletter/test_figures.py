"""Subscribers gained and lost by week, on the desk's first page."""

from datetime import timedelta

from django.utils import timezone

from newsletter.templatetags.newsletter_figures import subscriber_figures
from tests import factories


def rows():
    return [figures for _label, figures in subscriber_figures()["charts"][0].rows]


def test_subscribers_are_counted_when_they_come_and_when_they_go(db):
    now = timezone.now()
    weeks = timedelta(weeks=1)
    factories.subscriber(confirmed_at=now)
    factories.subscriber(confirmed_at=now - 2 * weeks)
    factories.subscriber("unsubscribed", confirmed_at=now - 50 * weeks, unsubscribed_at=now)
    factories.subscriber("pending")
    factories.subscriber("unsubscribed", confirmed_at=None, unsubscribed_at=now)

    assert rows() == [[0, 0]] * 9 + [[1, 0], [0, 0], [1, 1]]


def test_editors_see_the_numbers_and_moderators_do_not(client_of, editor, moderator):
    assert "Gained" in client_of(editor).get("/admin/").text
    assert "Gained" not in client_of(moderator).get("/admin/").text
