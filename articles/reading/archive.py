"""Months and years of the archive."""

from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby

from django.db import connection
from django.db.models import Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from articles.models import Article
from articles.querysets import HAS_PUBLIC_STATUS


@dataclass(frozen=True)
class Period:
    """A month, or a whole year when `month` is None."""

    year: int
    month: int | None = None

    def __str__(self) -> str:
        return date_format(self.first_day, "YEAR_MONTH_FORMAT" if self.month else "Y")

    @property
    def first_day(self) -> date:
        return date(self.year, self.month or 1, 1)

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """From midnight to midnight, in the site's time zone.

        Raises ValueError or OverflowError when Python knows no such time.
        """
        months = self.year * 12 + (self.month or 1) - 1 + (1 if self.month else 12)
        days = (self.first_day, date(months // 12, months % 12 + 1, 1))
        start, end = (timezone.make_aware(datetime.combine(day, time.min)) for day in days)
        return start, end

    @property
    def iso(self) -> str:
        """Such as "2026" or "2026-03" (ISO 8601)."""
        return f"{self.year:04}-{self.month:02}" if self.month else f"{self.year:04}"

    def get_absolute_url(self) -> str:
        if self.month is None:
            return reverse("articles:archive_year", args=[f"{self.year:04}"])
        return reverse("articles:archive_month", args=[f"{self.year:04}", f"{self.month:02}"])


type Months = list[tuple[Period, int]]  # each with its number of articles


# The table MonthCount counts by months of UTC. Articles published between the start of such a month
# and of the same month here (`moved`) belong to the other month. Articles to come are taken off.
_MONTHS = f"""
WITH kept AS MATERIALIZED (
    SELECT month, sum(number)::bigint AS number FROM articles_monthcount GROUP BY month
), edge AS (
    SELECT month, month::timestamp AT TIME ZONE 'UTC' AS there,
        month::timestamp AT TIME ZONE %(zone)s AS here
    FROM (SELECT month FROM kept
        UNION SELECT (month + interval '1 month')::date FROM kept) months
), moved AS MATERIALIZED (
    SELECT month, sign(extract(epoch FROM there - here)) * (
        SELECT count(*) FROM articles_article
        WHERE {HAS_PUBLIC_STATUS}
            AND published_at >= least(here, there) AND published_at < greatest(here, there)
    ) AS number
    FROM edge WHERE here <> there
)
SELECT month, sum(number)::bigint FROM (
    SELECT month, number FROM kept
    UNION ALL SELECT month, number FROM moved
    UNION ALL SELECT (month - interval '1 month')::date, -number FROM moved
    UNION ALL SELECT date_trunc('month', published_at AT TIME ZONE %(zone)s)::date, -1
        FROM articles_article WHERE {HAS_PUBLIC_STATUS} AND published_at > %(now)s
) counted
GROUP BY month HAVING sum(number) > 0 ORDER BY month DESC
"""


def years_and_months() -> list[tuple[Period, Months]]:
    """The years and months that have articles, newest first, with their numbers of articles.

    One query, on the kept counts.
    """
    zone = timezone.get_current_timezone_name()
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, {"zone": zone, "now": timezone.now()})
        found = [(Period(first.year, first.month), number) for first, number in cursor]
    by_year = groupby(found, key=lambda pair: pair[0].year)
    return [(Period(year), list(pairs)) for year, pairs in by_year]


def by_month(articles: list[Article]) -> list[tuple[Period, list[Article]]]:
    """Articles in the order of their publication, under the months of the site's time zone."""

    def month_of(article: Article) -> Period:
        day = timezone.localtime(article.published_at)
        return Period(day.year, day.month)

    return [(month, list(rows)) for month, rows in groupby(articles, key=month_of)]


def around(period: Period) -> dict[str, Period]:
    """The nearest months (or years) that have articles: "earlier" and "later", in one query."""
    start, end = period.bounds
    public = Article.objects.published()
    earlier = public.filter(published_at__lt=start).newest_first().values("pk")[:1]
    later = public.filter(published_at__gte=end).order_by("published_at", "pk").values("pk")[:1]
    found = public.filter(Q(pk=Subquery(earlier)) | Q(pk=Subquery(later)))
    nearest = {}
    for moment in filter(None, found.values_list("published_at", flat=True)):
        day = timezone.localtime(moment)
        name = "earlier" if moment < start else "later"
        nearest[name] = Period(day.year, day.month if period.month else None)
    return nearest
