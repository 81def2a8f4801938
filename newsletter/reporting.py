"""Numbers for editors: how far an issue is, what came of it, and how the list grows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from newsletter.models import ConsentEvent, Issue, MailEvent, Subscriber

MONTHS = 12
# Who leaves so soon after an issue left because of it.
LEFT_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class Progress:
    """Of an issue that was started, counted at `at`. `done` is a whole percentage."""

    counts: dict[str, int]
    at: datetime
    done: int
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
    is_sending = issue.status == Issue.Status.SENDING and rate and counts["waiting"]
    kinds: dict[str, Any] = {
        kind: Count("pk", filter=Q(kind=kind)) for kind in ("hard", "soft", "complaint")
    }
    events = MailEvent.objects.filter(issue=issue).aggregate(**kinds)
    left = ConsentEvent.objects.filter(
        kind="left",
        at__gte=issue.started_at,
        at__lt=issue.started_at + LEFT_WITHIN,
        subscriber__deliveries__issue=issue,
        subscriber__deliveries__status="sent",
    )
    return Progress(
        counts=counts,
        at=at,
        done=100 * handled // max(1, counts["total"]),
        per_hour=round(rate * 3600),
        ends_at=at + timedelta(seconds=counts["waiting"] / rate) if is_sending else None,
        hard=events["hard"],
        soft=events["soft"],
        complaints=events["complaint"],
        leaves=left.count(),
    )


@dataclass(frozen=True)
class Month:
    """Who joined and who left in a month, and the bars of it in the chart (in its units)."""

    first_day: datetime
    joined: int
    left: int
    place: int = 0
    joined_height: int = 0
    left_height: int = 0


CHART_HEIGHT, MONTH_WIDTH = 160, 50


def growth() -> list[Month]:
    """The last MONTHS months, the oldest first; the tallest bar is as high as the chart."""
    months = _last_months()
    kept = ConsentEvent.objects.filter(kind__in=["confirmed", "left"], at__gte=months[0])
    rows = kept.annotate(month=TruncMonth("at")).values("month").order_by("month")
    found: dict[datetime, Any] = {
        row["month"]: row
        for row in rows.annotate(
            joined=Count("pk", filter=Q(kind="confirmed")), left=Count("pk", filter=Q(kind="left"))
        )
    }
    counted = [
        (month, found.get(month, {}).get("joined", 0), found.get(month, {}).get("left", 0))
        for month in months
    ]
    most = max(1, *(max(joined, left) for _month, joined, left in counted))
    return [
        Month(
            month,
            joined,
            left,
            place=number * MONTH_WIDTH,
            joined_height=joined * CHART_HEIGHT // most,
            left_height=left * CHART_HEIGHT // most,
        )
        for number, (month, joined, left) in enumerate(counted)
    ]


def health() -> dict[str, int]:
    """How many subscribers there are in each status, by its label."""
    rows = Subscriber.objects.order_by().values("status").annotate(number=Count("pk"))
    numbers = {row["status"]: row["number"] for row in rows}
    return {str(label): numbers.get(status, 0) for status, label in Subscriber.Status.choices}


def _last_months() -> list[datetime]:
    first = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    months = [first]
    while len(months) < MONTHS:
        # The zone's offset of that month is another one in winter.
        before = months[0] - timedelta(days=1)
        naive = before.replace(tzinfo=None, day=1, hour=0)
        months.insert(0, timezone.make_aware(naive))
    return months
