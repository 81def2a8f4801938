"""Months and years of the archive."""

from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby

from django.db.models import Count, Q, Subquery
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from articles.models import Article


@dataclass(frozen=True)
class Period:
    """A month, or a whole year: then `month` is None."""

    year: int
    month: int | None = None

    def __str__(self) -> str:
        return date_format(self.first_day, "YEAR_MONTH_FORMAT" if self.month else "Y")

    @property
    def first_day(self) -> date:
        return date(self.year, self.month or 1, 1)

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """From midnight to midnight, in the site's time zone. Raises ValueError or OverflowError: no such time."""
        months = self.year * 12 + (self.month or 1) - 1 + (1 if self.month else 12)
        days = (self.first_day, date(months // 12, months % 12 + 1, 1))
        start, end = (timezone.make_aware(datetime.combine(day, time.min)) for day in days)
        return start, end

    def get_absolute_url(self) -> str:
        if self.month is None:
            return reverse("articles:archive_year", args=[f"{self.year:04}"])
        return reverse("articles:archive_month", args=[f"{self.year:04}", f"{self.month:02}"])


type Months = list[tuple[Period, int]]  # each with its number of articles


def years_and_months() -> list[tuple[Period, Months]]:
    """Each year with its months that have articles, newest first. One query, which an index alone answers."""
    months = Article.objects.published().annotate(first=TruncMonth("published_at"))
    counts = months.order_by().values_list("first").annotate(number=Count("pk"))
    # Sorted here: the database would sort all articles before it counts them.
    newest_first = sorted(counts, reverse=True)
    found = [(Period(first.year, first.month), number) for first, number in newest_first]
    by_year = groupby(found, key=lambda pair: pair[0].year)
    return [(Period(year), list(pairs)) for year, pairs in by_year]


def around(period: Period) -> dict[str, Period]:
    """The nearest month (or year) with articles before it ("earlier") and after it ("later"), in one query."""
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
