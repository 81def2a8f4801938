"""Times that must lie in the past, days to come, and the years that there are.

Search engines distrust a page that says it changes tomorrow.
"""

from calendar import monthrange
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

# Python and PostgreSQL count further, but not in each time zone: an hour before the year 1, or
# after 9999, cannot be read from the database any more.
YEARS = range(1500, 3000)


def possible[Moment: (datetime, date)](moment: Moment | None) -> Moment | None:
    """The moment, or None for one outside of YEARS (of a broken file)."""
    return moment if moment is not None and moment.year in YEARS else None


def by_now[Moment: (datetime, date)](moment: Moment) -> Moment:
    """The moment itself, or now if it is in the future (from a wrong clock or an import)."""
    now = timezone.now() if isinstance(moment, datetime) else timezone.localdate()
    return min(moment, now)


def not_to_come(moment: datetime | date) -> None:
    """Validator of model fields: raises ValidationError for a moment in the future."""
    if by_now(moment) != moment:
        message = _(
            "This is in the future. Enter a day or time in the past, or leave the field empty."
        )
        raise ValidationError(message, code="to_come")


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
