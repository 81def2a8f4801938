"""Related articles are stored: chosen at publication, and again when articles like them come."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, RelatedList
from articles.models.related_list import OLD, choose_related_lists
from articles.reading.article_page import read_article
from tests import factories
from tests.clock import after

pytestmark = pytest.mark.django_db


def titles(article):
    return [row.title for row in read_article(article.slug).related]


@pytest.fixture
def topic():
    return factories.topic(name="Movement")


@pytest.fixture
def running(topic):
    author = factories.author()
    return factories.published_article(title="Running", topic=topic, days_ago=3, by=author)


@pytest.fixture
def rowing(running, topic):
    return factories.published_article(title="Rowing", topic=topic, days_ago=2)


def test_new_article_shows_older_ones_at_once_and_they_show_it_after_the_task(running, rowing):
    assert titles(rowing) == ["Running"]
    assert titles(running) == []

    choose_related_lists()

    assert titles(running) == ["Rowing"]


def test_page_of_an_article_compares_nothing(client, running):
    with CaptureQueriesContext(connection) as queries:
        client.get(running.get_absolute_url())

    assert not any("articles_related(" in query["sql"] for query in queries)


def test_withdrawn_one_goes_at_once_and_the_next_moves_up(running, rowing, topic):
    for title in ("Walking", "Swimming", "Cycling"):
        factories.published_article(title=title, topic=topic)
    choose_related_lists()
    before = titles(running)

    Article.objects.get(title=before[1]).withdraw(by=None)

    now = titles(running)
    assert len(before) == len(now) == 3
    assert now[:2] == [before[0], before[2]]


def test_article_in_another_topic_shows_articles_of_that_topic_at_once(running, rowing):
    food = factories.topic(name="Food")
    factories.published_article(title="Bread", topic=food)

    rowing.topic = food
    rowing.save()

    assert titles(rowing) == ["Bread"]


def test_published_changes_choose_anew_at_once(running):
    factories.published_article(title="Magnesium and cramps")

    changed = factories.working_copy(running, title="Cramps and magnesium")
    changed.publish_changes(by=None, kind="spelling")

    assert titles(changed) == ["Magnesium and cramps"]


def test_scheduled_article_is_related_to_others_once_its_time_has_come(running, topic):
    factories.scheduled_article(title="Rowing", topic=topic, days_ahead=1)
    choose_related_lists()
    assert titles(running) == []

    with after(days=2):
        choose_related_lists()
        assert titles(running) == ["Rowing"]


def test_stored_article_that_readers_cannot_see_yet_is_not_shown(running, topic):
    later = factories.published_article(title="Rowing", topic=topic)
    choose_related_lists()

    Article.objects.filter(pk=later.pk).update(published_at=timezone.now() + timedelta(hours=1))

    assert titles(running) == []
    with after(hours=2):
        assert titles(running) == ["Rowing"]


def test_old_lists_are_chosen_anew(running, rowing):
    RelatedList.objects.update(is_due=False)
    choose_related_lists()
    assert titles(running) == []

    with after(OLD + timedelta(days=1)):
        choose_related_lists()
        assert titles(running) == ["Rowing"]


def test_task_has_nothing_to_do_twice(running, rowing):
    choose_related_lists()

    with CaptureQueriesContext(connection) as queries:
        choose_related_lists()

    assert len(queries) == 2
    assert not RelatedList.objects.filter(is_due=True).exists()


def test_change_during_the_task_stays_due(running, monkeypatch):
    """An editor publishes changes between the choice and the note that it is made."""
    from articles.models import related_list

    def change(number, at):
        Article.objects.filter(pk=number).update(
            title="Other", modified_at=timezone.now() + timedelta(seconds=1)
        )
        return []

    monkeypatch.setattr(related_list, "_most_like", change)
    choose_related_lists()

    assert RelatedList.objects.get().is_due


def test_more_new_articles_than_the_task_takes_at_once_are_taken_one_after_the_other(
    running, rowing, monkeypatch
):
    monkeypatch.setattr("articles.models.related_list.DUE_AT_ONCE", 1)

    assert choose_related_lists()
    assert choose_related_lists()
    assert not choose_related_lists()


@pytest.mark.parametrize("way", ["withdraw", "delete", "sql"])
def test_article_that_is_gone_has_no_list(running, way):
    if way == "withdraw":
        running.withdraw(by=None)
    elif way == "delete":
        running.delete()
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM articles_revision; DELETE FROM articles_contribution;"
                " DELETE FROM articles_article"
            )

    assert not RelatedList.objects.exists()


def test_drafts_have_no_list():
    factories.draft()

    assert not RelatedList.objects.exists()


def test_lists_for_all_at_once_have_the_ones_before_in_the_topic(running, rowing, topic):
    alone = factories.published_article(title="Bread")
    walking = factories.published_article(title="Walking", topic=topic)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_relatedlist; SELECT articles_relate_all()")

    numbers = dict(RelatedList.objects.values_list("pk", "numbers"))
    assert numbers[walking.pk] == [rowing.pk, running.pk]
    assert numbers[running.pk] == numbers[alone.pk] == []
