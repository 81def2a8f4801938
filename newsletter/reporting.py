"""Numbers for editors: how far an issue is, what came of it, and how the list grows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from config.web.charts import kept
from newsletter.models import ConsentEvent, Issue, ListFigures, MailEvent, Subscriber

MONTHS = 12
# Who leaves so soon after an issue left because of it.
LEFT_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class Progress:
    """Of an issue that was started, counted at `at`.

    `done` is the percentage of mails that are through, `filled` that of subscribers who were looked
    at: until it is 100 the counts are of a part of the list.
    """

    counts: dict[str, int]
    at: datetime
    done: int
    filled: int
    per_hour: int
    ends_at: datetime | None
    hard: int
    soft: int
    complaints: int
    leaves: int


def progress_of(issue: Issue) -> Progress | None:
    """None before it is started. The rate is the mean since the start, pauses included."""
    if issue.started_at is None:
        return None
    if issue.counted_at is None:
        issue.count()
    counts: dict[str, int] = issue.counts
    at = issue.counted_at or timezone.now()
    handled = counts["total"] - counts["waiting"]
    seconds = max(1.0, ((issue.finished_at or at) - issue.started_at).total_seconds())
    rate = handled / seconds
    # Deliveries that are still to be made are taken to be as many as the subscribers.
    is_whole = issue.is_filled or issue.status == Issue.Status.CANCELLED
    share = 1.0 if is_whole else issue.filled_up_to / issue.last_subscriber
    waiting = counts["total"] / (share or 1.0) - handled
    is_sending = issue.status == Issue.Status.SENDING and rate and waiting
    kinds: dict[str, Any] = {
        kind: Count("pk", filter=Q(kind=kind)) for kind in ("hard", "soft", "complaint")
    }
    events = MailEvent.objects.filter(issue=issue).aggregate(**kinds)
    got_it = issue.deliveries.filter(subscriber=OuterRef("subscriber"), status="sent")
    until = issue.started_at + LEFT_WITHIN
    left = ConsentEvent.objects.filter(kind="left", at__gte=issue.started_at, at__lt=until)
    return Progress(
        counts=counts,
        at=at,
        done=int(100 * handled * share // max(1, counts["total"])),
        filled=int(100 * share),
        per_hour=round(rate * 3600),
        ends_at=at + timedelta(seconds=waiting / rate) if is_sending else None,
        hard=events["hard"],
        soft=events["soft"],
        complaints=events["complaint"],
        # Each of them is looked up.
        leaves=kept(f"newsletter.left.{issue.pk}", left.filter(Exists(got_it)).count),
    )


@dataclass(frozen=True)
class Month:
    """What happened in a month: who joined and left, and which mails came back or annoyed."""

    first_day: datetime
    joined: int
    left: int
    bounced: int
    complained: int


@dataclass(frozen=True)
class Bars:
    """Two numbers of a month in a chart: heights and place in the units of the chart."""

    first_day: datetime
    place: int
    first: int
    second: int


CHART_HEIGHT, MONTH_WIDTH = 160, 50


def list_figures() -> ListFigures:
    """Numbers of the list, as the task counted them last."""
    return ListFigures.objects.first() or count_list()


def count_list() -> ListFigures:
    """Count what happened in each of the last MONTHS months, and who has which status."""
    now = timezone.now()
    events = ConsentEvent.objects.filter(kind__in=["confirmed", "left"], at__gte=_last_months()[0])
    of_list = _by_month(events, joined=Q(kind="confirmed"), left=Q(kind="left"))
    reports = MailEvent.objects.filter(at__gte=_last_months()[0])
    of_mails = _by_month(
        reports, bounced=Q(kind__in=["hard", "soft"]), complained=Q(kind="complaint")
    )
    none = [0, 0]
    months = {
        month: of_list.get(month, none) + of_mails.get(month, none)
        for month in of_list.keys() | of_mails.keys()
    }
    statuses = Subscriber.objects.order_by().values_list("status").annotate(number=Count("pk"))
    counted = {
        "counted_at": now,
        "statuses": dict(statuses),
        "months": months,
    }
    return ListFigures.objects.update_or_create(pk=1, defaults=counted)[0]


def growth(figures: ListFigures) -> list[Month]:
    """The last MONTHS months, the oldest first."""
    rows = ((month, figures.months.get(f"{month:%Y-%m}", [])) for month in _last_months())
    return [Month(month, *([*numbers, 0, 0, 0, 0][:4])) for month, numbers in rows]


def bars(months: list[Month], first: str, second: str) -> list[Bars]:
    """Two of the numbers as a chart, whose tallest bar is as high as the chart."""
    counted = [(getattr(month, first), getattr(month, second)) for month in months]
    most = max(1, *map(max, counted))
    return [
        Bars(
            month.first_day,
            place=number * MONTH_WIDTH,
            first=of_first * CHART_HEIGHT // most,
            second=of_second * CHART_HEIGHT // most,
        )
        for number, (month, (of_first, of_second)) in enumerate(zip(months, counted, strict=True))
    ]


def health(figures: ListFigures) -> dict[str, int]:
    """How many subscribers there are in each status, by its label."""
    return {
        str(label): figures.statuses.get(status, 0) for status, label in Subscriber.Status.choices
    }


def _by_month(rows: QuerySet[Any], **kinds: Q) -> dict[str, list[int]]:
    """How many of these rows each month has, of each kind: {"2026-11": [40, 3]}."""
    counts: dict[str, Any] = {name: Count("pk", filter=kind) for name, kind in kinds.items()}
    months = rows.order_by().annotate(month=TruncMonth("at")).values("month").annotate(**counts)
    return {f"{row['month']:%Y-%m}": [row[name] for name in kinds] for row in months}


def _last_months() -> list[datetime]:
    first = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    months = [first]
    while len(months) < MONTHS:
        # The zone's offset of that month is another one in winter.
        before = months[0] - timedelta(days=1)
        naive = before.replace(tzinfo=None, day=1, hour=0)
        months.insert(0, timezone.make_aware(naive))
    return months
