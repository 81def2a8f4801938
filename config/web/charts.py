"""Bar charts for the desk: drawn on the server as SVG, each with its figures in a table.

    weeks = last_weeks()
    gained = kept("newsletter.gained", lambda: {"2026-11-23": 4})
    by_week(_("Subscribers"), weeks, {_("Gained"): gained})

The template admin/_charts.html draws them. Colours come from classes of admin.css.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone
from django.utils.formats import date_format, number_format

WEEKS = 12
KEPT_SECONDS = 300
# In units of the drawing, which the page scales.
WIDTH, HEIGHT = 360, 100
_GAP = 0.3  # between groups of bars, as a part of the group


@dataclass(frozen=True)
class Bar:
    series: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    """`rows` are (label, figures); each row has one figure for each of `series`, None for none."""

    title: str
    series: list[str]
    rows: list[tuple[str, list[float | None]]]
    first_column: str = ""
    unit: str = ""

    @property
    def largest(self) -> float:
        return max((figure or 0 for _label, figures in self.rows for figure in figures), default=0)

    @property
    def bars(self) -> list[Bar]:
        """The bars in a drawing of WIDTH by HEIGHT. A figure above zero is never invisible."""
        group = WIDTH / max(len(self.rows), 1)
        width = group * (1 - _GAP) / len(self.series)
        found = []
        for place, (_label, figures) in enumerate(self.rows):
            for number, figure in enumerate(figures):
                if figure:
                    height = max(figure / self.largest * HEIGHT, 1)
                    x = place * group + group * _GAP / 2 + number * width
                    sizes = (round(size, 2) for size in (x, HEIGHT - height, width, height))
                    found.append(Bar(number + 1, *sizes))
        return found

    @property
    def table(self) -> list[tuple[str, list[str]]]:
        """The figures as the table shows them."""
        return [(label, [self.said(figure) for figure in figures]) for label, figures in self.rows]

    @property
    def top(self) -> str:
        return self.said(self.largest)

    def said(self, figure: float | None) -> str:
        if figure is None:
            return "–"
        decimals = 0 if float(figure).is_integer() else 1
        return f"{number_format(figure, decimals, force_grouping=True)} {self.unit}".strip()

    @property
    def box(self) -> str:
        return f"0 0 {WIDTH} {HEIGHT}"


def last_weeks() -> list[datetime]:
    """The beginnings of the present week and those before it, the oldest first. Mondays begin."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    monday = (today - timedelta(days=today.weekday())).replace(tzinfo=None)
    starts = [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    return [timezone.make_aware(start) for start in starts]


def count_by_week(rows: QuerySet[Any], field: str, start: datetime) -> dict[str, int]:
    """How many rows have their time in each week since `start`, by the day on which it begins."""
    rows = rows.filter(**{f"{field}__gte": start}).order_by()
    weeks = rows.annotate(week=TruncWeek(field)).values_list("week")
    return {f"{week:%Y-%m-%d}": number for week, number in weeks.annotate(number=Count("pk"))}


def by_week(
    title: str,
    weeks: list[datetime],
    series: Mapping[str, Mapping[str, float]],
    *,
    first_column: str = "",
    unit: str = "",
    missing: float | None = 0,
) -> Chart:
    """A chart of figures by the day (ISO 8601) on which their week begins.

    A week without a figure gets `missing`.
    """
    rows = []
    for week in weeks:
        figures = [found.get(f"{week:%Y-%m-%d}", missing) for found in series.values()]
        rows.append((date_format(timezone.localtime(week), "SHORT_DATE_FORMAT"), figures))
    return Chart(title, list(series), rows, first_column, unit)


def kept(name: str, find: Callable[[], Any]) -> Any:
    """What `find` returns, kept for KEPT_SECONDS by this process. It must hold no words.

    Other people have other languages.
    """
    return cache.get_or_set(f"desk.{name}.{timezone.localdate()}", find, KEPT_SECONDS)
