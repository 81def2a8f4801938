"""Subscribers who want each article get it soon after its publication, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.models import ArticleMail, Issue
from newsletter.tasks import make_issues_of_articles, start_due_issues
from tests import factories

pytestmark = pytest.mark.django_db
HOUR = 1 / 24


@pytest.fixture(autouse=True)
def switched_on(settings):
    settings.NEWSLETTER_EACH_ARTICLE = "sent"
    settings.NEWSLETTER_ARTICLE_QUIET = 15


def article(**fields):
    return factories.published_article(**{"days_ago": HOUR, **fields})


def test_nothing_is_made_unless_it_is_switched_on(settings):
    settings.NEWSLETTER_EACH_ARTICLE = "off"
    article()

    make_issues_of_articles.call()

    assert not Issue.objects.exists()


def test_article_goes_to_those_who_want_each_one_of_its_topic():
    sleep, food = factories.topic(), factories.topic()
    wants = {
        name: factories.subscriber(frequency=frequency)
        for name, frequency in {"each": "articles", "food": "articles", "all": "every"}.items()
    }
    wants["food"].topics.add(food)
    bed = article(title="Beds", topic=sleep)

    make_issues_of_articles.call()
    start_due_issues.call()

    issue = Issue.objects.get()
    assert (issue.subject, issue.kind, issue.status) == ("Beds", "article", "sending")
    assert [block.article for block in issue.blocks.all()] == [bed]
    assert [row.subscriber for row in issue.deliveries.all()] == [wants["each"]]


def test_held_issue_waits_for_an_editor(settings):
    settings.NEWSLETTER_EACH_ARTICLE = "held"
    article()

    make_issues_of_articles.call()

    issue = Issue.objects.get()
    assert issue.status == "draft"
    assert "Check it" in issue.note
    assert issue.mail_due_at


def test_article_has_one_issue_also_when_its_draft_was_deleted(settings):
    settings.NEWSLETTER_EACH_ARTICLE = "held"
    article()
    make_issues_of_articles.call()
    make_issues_of_articles.call()
    assert Issue.objects.count() == 1

    Issue.objects.all().delete()
    make_issues_of_articles.call()

    assert not Issue.objects.exists()
    assert ArticleMail.objects.get().issue is None


def test_article_waits_for_its_quiet_time(clock):
    article(days_ago=0)
    make_issues_of_articles.call()
    assert not Issue.objects.exists()

    clock.shift(minutes=16)
    make_issues_of_articles.call()

    assert Issue.objects.exists()


def test_publication_called_off_in_time_is_not_mailed(clock):
    row = article(days_ago=0)
    row.withdraw(by=None)

    clock.shift(minutes=16)
    make_issues_of_articles.call()

    assert not Issue.objects.exists()


def test_article_withdrawn_before_its_issue_starts_is_not_mailed():
    factories.subscriber(frequency="articles")
    row = article()
    make_issues_of_articles.call()
    row.withdraw(by=None)

    start_due_issues.call()

    issue = Issue.objects.get()
    assert issue.status == "cancelled"
    assert not issue.deliveries.exists()


def test_article_published_again_is_not_mailed_again(clock):
    row = article(by=factories.author())
    make_issues_of_articles.call()
    row.withdraw(by=None)
    row.publish(by=None)

    clock.shift(minutes=30)
    make_issues_of_articles.call()

    assert Issue.objects.count() == 1


@pytest.mark.parametrize("days_ago", [1, 400])
def test_old_and_imported_articles_are_not_mailed(days_ago):
    old = article(days_ago=days_ago)
    type(old).objects.filter(pk=old.pk).update(updated_at=timezone.now() - timedelta(hours=1))

    make_issues_of_articles.call()

    assert not Issue.objects.exists()


def test_scheduled_article_is_mailed_after_its_time(clock):
    factories.scheduled_article(days_ahead=1)
    make_issues_of_articles.call()
    assert not Issue.objects.exists()

    clock.shift(days=1, minutes=20)
    make_issues_of_articles.call()

    assert Issue.objects.exists()
