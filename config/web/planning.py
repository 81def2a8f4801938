"""Entries of the desk's calendar. Each app gives those of its own rows."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone

# Of one kind in one view of the calendar.
MOST_ENTRIES = 2_000


@dataclass(frozen=True)
class Entry:
    """One line of a day. Without `at` it is for the whole day.

    `kind` is a class of desk.css, `said` the same in words. `page` is the name of the row's form,
    `pk` its number. Scheduled articles say whether the reader of the calendar `may_move` them.
    """

    day: date
    kind: str
    said: str
    title: str
    page: str
    pk: int
    at: datetime | None = None
    may_move: bool = False

    @property
    def place(self) -> tuple[date, bool, datetime, str]:
        """The order of a day: whole days first, then by time."""
        return self.day, self.at is not None, self.at or midnight(self.day), self.title

    @property
    def url(self) -> str:
        """Asked of those that are shown: a month has hundreds more."""
        return reverse(self.page, args=[self.pk])

    @property
    def local_time(self) -> datetime | None:
        return timezone.localtime(self.at) if self.at else None


def midnight(day: date) -> datetime:
    """The beginning of a day in the site's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """From the beginning of the first day until the end of the last one, which is not within."""
    return midnight(first), midnight(last + timedelta(days=1))
