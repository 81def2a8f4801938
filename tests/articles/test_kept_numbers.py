"""What the database keeps for lists and counts, whatever changes the articles.

In articles/migrations/sql: contribution_times.sql and month_counts.sql.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Count
from django.db.models.functions import Greatest, TruncMonth
from django.utils import timezone

from articles.models import Article, Author, Contribution, MonthCount, Topic
from articles.reading.archive import years_and_months
from tests import factories

pytestmark = pytest.mark.django_db


def sql(statement: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def kept_times() -> dict:
    return {
        (line.article_id, line.author_id): (line.published_at, line.changed_at)
        for line in Contribution.objects.all()
    }


def true_times() -> dict:
    appearing = Article.objects.published() | Article.objects.to_come(after=timezone.now())
    changed = appearing.annotate(changed=Greatest("published_at", "updated_at"))
    times = {row.pk: (row.published_at, row.changed) for row in changed}
    lines = Contribution.objects.values_list("article", "author")
    return {line: times.get(line[0], (None, None)) for line in lines}


def kept_counts() -> dict:
    return {(row.topic_id, row.month): row.number for row in MonthCount.objects.exclude(number=0)}


def true_counts() -> dict:
    appearing = Article.objects.published() | Article.objects.to_come(after=timezone.now())
    months = appearing.order_by().values_list("topic", TruncMonth("published_at", tzinfo=UTC))
    return {(topic, at.date()): number for topic, at, number in months.annotate(n=Count("pk"))}


@pytest.fixture
def several():
    """Articles of two months, of a topic and of none, of every status."""
    ada, topic = factories.author(), factories.topic()
    for days_ago in (1, 2, 40):
        factories.published_article(by=ada, topic=topic, days_ago=days_ago)
    factories.published_article(by=ada, days_ago=41)
    factories.scheduled_article(by=ada, topic=topic)
    factories.draft(by=ada, topic=topic)
    return list(Article.objects.order_by("pk"))


CHANGES = {
    "nothing": "SELECT 1",
    "withdrawal": "UPDATE articles_article SET status = 'withdrawn', withdrawn_at = now() WHERE id = (SELECT min(id) FROM articles_article)",
    "all to another month": "UPDATE articles_article SET published_at = published_at - interval '70 days'",
    "all to no topic": "UPDATE articles_article SET topic_id = NULL",
    "substantial change": "UPDATE articles_article SET updated_at = now() WHERE published_at IS NOT NULL",
    "publication": "UPDATE articles_article SET status = 'published', published_at = now() WHERE status = 'draft'",
    "contribution rewritten": "UPDATE articles_contribution SET published_at = NULL, changed_at = now()",
    "contribution moved": "DELETE FROM articles_contribution WHERE id = (SELECT max(id) FROM articles_contribution);"
    " UPDATE articles_contribution SET article_id = (SELECT max(id) FROM articles_article)"
    " WHERE id = (SELECT min(id) FROM articles_contribution)",
    "deletion": "DELETE FROM articles_revision; DELETE FROM articles_contribution; DELETE FROM articles_article"
    " WHERE status = 'published'",
    "truncation": "TRUNCATE articles_article CASCADE",
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_raw_changes_leave_times_and_counts_right(several, change):
    sql("SET CONSTRAINTS ALL IMMEDIATE")

    sql(CHANGES[change])

    assert kept_times() == true_times()
    assert kept_counts() == true_counts()


def test_steps_and_saves_leave_times_and_counts_right(several):
    first, second, *_others, draft = several
    line = second.contributions.get()

    first.withdraw(by=None)
    Article.objects.filter(pk=several[2].pk).delete()
    draft.contributions.create(author=factories.author())
    draft.schedule(at=timezone.now() + timedelta(days=9), by=None)
    line.position = 3
    line.save()

    assert kept_times() == true_times()
    assert kept_counts() == true_counts()


def test_recounting_gives_what_the_triggers_kept(several):
    times, counts = kept_times(), kept_counts()

    sql("SELECT articles_time_contributions(), articles_recount()")

    assert (kept_times(), kept_counts()) == (times, counts)


def test_topic_counts_only_what_readers_see(several):
    topic = Topic.objects.with_published_counts().get()

    assert topic.published_count == Article.objects.published().filter(topic=topic).count() == 3


def test_author_counts_only_what_readers_see(several):
    assert Author.objects.with_published_counts().get().published_count == 4


@pytest.mark.day("2026-11-21T12:00")
@pytest.mark.parametrize(
    "zone", ["UTC", "Asia/Kathmandu", "America/Los_Angeles", "Pacific/Kiritimati"]
)
def test_archive_counts_by_the_months_of_the_site(settings, zone):
    for moment in (
        datetime(2026, 3, 31, 22, 30, tzinfo=UTC),
        datetime(2026, 4, 1, 3, tzinfo=UTC),
        datetime(2026, 4, 15, tzinfo=UTC),
        datetime(2025, 12, 31, 23, 59, tzinfo=UTC),
    ):
        article = factories.published_article()
        Article.objects.filter(pk=article.pk).update(published_at=moment)
    factories.scheduled_article(days_ahead=0.01)

    with timezone.override(zone):
        shown = {
            (month.year, month.month): number
            for _year, months in years_and_months()
            for month, number in months
        }
        months = Article.objects.published().order_by().values_list(TruncMonth("published_at"))
        counted = {(first.year, first.month): n for first, n in months.annotate(number=Count("pk"))}

    assert shown == counted
