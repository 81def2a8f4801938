"""Issues that are made by themselves are made once, however many workers look at the same moment."""

import pytest

from newsletter.models import ArticleMail, Block, Issue
from newsletter.tasks import make_due_digest, make_issues_of_articles
from tests import factories
from tests.newsletter.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.day("2026-11-23T08:30")  # a Monday
def test_workers_at_the_same_moment_make_one_digest(settings):
    settings.NEWSLETTER_DIGEST_DAY, settings.NEWSLETTER_DIGEST_HOUR = "monday", 8
    settings.NEWSLETTER_DIGEST_HELD = False
    for _number in range(3):
        factories.published_article()

    at_once(make_due_digest.call, 6)

    assert Issue.objects.get().status == "scheduled"
    assert Block.objects.count() == 3


def test_workers_at_the_same_moment_make_one_issue_of_an_article(settings):
    settings.NEWSLETTER_EACH_ARTICLE = "sent"
    factories.published_article(days_ago=1 / 24)

    at_once(make_issues_of_articles.call, 6)

    assert Issue.objects.get().status == "scheduled"
    assert ArticleMail.objects.count() == Block.objects.count() == 1
