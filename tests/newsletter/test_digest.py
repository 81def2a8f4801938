"""A digest of what is new is made once, at its hour, and held for an editor."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.composing.digest import make_digest
from newsletter.models import Issue
from newsletter.sending.rendering import render_body
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
    assert "Check it" in issue.note
    assert issue.mail_due_at


def test_digest_keeps_sub_topics_with_their_topic_and_goes_to_readers_of_its_topics():
    food, sleep = (
        factories.topic(name="Food", position=1),
        factories.topic(name="Sleep", position=2),
    )
    naps = factories.topic(name="Naps", parent=sleep)
    for topic in (naps, sleep, food):
        factories.published_article(topic=topic)

    issue = make_digest(by=None)

    headings = [row.text for row in issue.blocks.all() if row.kind == "heading"]
    assert headings == ["Food", "Sleep", "Naps"]
    assert render_body(issue).text.count("Naps") == 1  # not with each article below
    assert set(issue.topics.all()) == {food, sleep, naps}


def test_digest_with_an_article_without_topic_is_for_everybody():
    factories.published_article(topic=factories.topic())
    factories.published_article()

    assert not make_digest(by=None).topics.exists()


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
