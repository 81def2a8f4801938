"""How often articles were read, by day. The page cache of each process counts (read_counts.py)."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import connection, models
from django.db.models import F
from django.utils import timezone

from articles.querysets import ReadCountQuerySet

KEPT_FOR = timedelta(days=400)
_PREFIX = "article-"  # of what the view of an article says that its page counts as

# In one order, so that two processes never wait for each other in a circle. An article that was
# deleted meanwhile has no reads any more.
_ADD = """
    INSERT INTO articles_readcount AS kept (article_id, day, number)
    SELECT article.id, noted.day, noted.number
    FROM unnest(%s::bigint[], %s::date[], %s::int[]) AS noted (article_id, day, number)
    JOIN articles_article article ON article.id = noted.article_id
    ORDER BY article.id, noted.day
    ON CONFLICT (article_id, day) DO UPDATE SET number = kept.number + excluded.number
"""

# The sums of articles that were among the most read on one of the days: a site with a hundred
# thousand articles has a million numbers in four weeks, which nobody wants to add up for ten lines.
_MOST_READ = """
    WITH candidates AS (
        SELECT DISTINCT best.article_id
        FROM generate_series(%(first)s::date, %(last)s::date, '1 day') AS days (day)
        CROSS JOIN LATERAL (
            SELECT article_id FROM articles_readcount
            WHERE day = days.day::date ORDER BY number DESC LIMIT %(each)s
        ) best
    )
    SELECT article_id, sum(number) AS reads
    FROM candidates JOIN articles_readcount USING (article_id)
    WHERE day BETWEEN %(first)s AND %(last)s
    GROUP BY article_id ORDER BY reads DESC, article_id DESC LIMIT %(most)s
"""
_EACH_DAY = 50


class ReadCount(models.Model):
    """The reads of an article on a day of the site's time zone."""

    pk = models.CompositePrimaryKey("article_id", "day")
    # A trigger deletes the rows with their article.
    article = models.ForeignKey(
        "articles.Article", models.DO_NOTHING, related_name="read_counts", db_index=False
    )
    day = models.DateField()
    number = models.PositiveIntegerField()

    objects = ReadCountQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(F("day"), F("number").desc(), name="read_count_day", include=["article"])
        ]

    def __str__(self) -> str:
        return f"#{self.article_id}, {self.day:%Y-%m-%d}: {self.number}"


def add_reads(counts: Mapping[tuple[str, date], int]) -> None:
    """Add numbers of reads, by what a page counts as and day, to those there, in one statement."""
    noted = [(name.removeprefix(_PREFIX), day, number) for (name, day), number in counts.items()]
    numbers, days, reads = zip(*noted, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [list(map(int, numbers)), list(days), list(reads)])


def forget_old_reads() -> None:
    """Delete the numbers of days that are longer ago than KEPT_FOR."""
    ReadCount.objects.filter(day__lt=timezone.localdate() - KEPT_FOR).delete()


def most_read(number: int, *, days: int) -> list[tuple[int, int]]:
    """The numbers of the articles that were read most in so many days, each with its reads."""
    today = timezone.localdate()
    values = {"first": today - timedelta(days=days - 1), "last": today}
    with connection.cursor() as cursor:
        cursor.execute(_MOST_READ, values | {"each": _EACH_DAY, "most": number})
        return cursor.fetchall()
