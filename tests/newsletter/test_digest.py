"""A digest of what is new is made once, at its hour, and held for an editor."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.composing.digest import make_digest
from newsletter.models import Issue
from newsletter.tasks import make_due_digest
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.day("2026-11-23T08:30")]  # a Monday


@pytest.fixture(autouse=True)
def switched_on(settings):
    settings.NEWSLETTER_DIGEST_DAY = "monday"
    settings.NEWSLETTER_DIGEST_HOUR = 8


def test_digest_is_made_once_by_topic_and_held():
    food, sleep = factories.topic(name="Food", position=1), factories.topic(name="Sleep")
    bread = factories.published_article(title="Bread", topic=food)
    beds = factories.published_article(title="Beds", topic=sleep, days_ago=2)
    factories.published_article(title="Old", topic=sleep, days_ago=9)

    make_due_digest.call()
    make_due_digest.call()

    issue = Issue.objects.get()
    shown = [row.article or row.text for row in issue.blocks.all()]
    assert shown == ["Sleep", beds, "Food", bread]
    assert (issue.kind, issue.status) == ("digest", "draft")
    assert "Look at it" in issue.note
    assert issue.mail_due_at


def test_digest_goes_out_when_it_is_told_to(settings):
    settings.NEWSLETTER_DIGEST_HELD = False
    factories.published_article()

    make_due_digest.call()

    assert Issue.objects.get().status == "scheduled"


def test_nothing_new_makes_no_digest():
    make_due_digest.call()

    assert not Issue.objects.exists()


@pytest.mark.parametrize(("day", "hour"), [("tuesday", 8), ("monday", 9), ("monday", 1), ("never", 8)])  # fmt: skip
def test_other_days_and_hours_make_none(settings, day, hour):
    settings.NEWSLETTER_DIGEST_DAY, settings.NEWSLETTER_DIGEST_HOUR = day, hour
    factories.published_article()

    make_due_digest.call()

    assert not Issue.objects.exists()


def test_next_digest_begins_where_the_last_one_ended():
    factories.published_article(title="Before")
    first = make_digest(by=None)
    Issue.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(hours=20))
    after = factories.published_article(title="After", days_ago=0.5)

    second = make_digest(by=None)

    assert [row.article for row in second.blocks.all()] == [after]
    assert make_digest(by=None) is None
