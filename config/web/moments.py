"""Times that must lie in the past, and days to come.

Programs distrust a page that says it will change tomorrow.
"""

from calendar import monthrange
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _


def by_now[Moment: (datetime, date)](moment: Moment) -> Moment:
    """The moment itself, or now if it is in the future (from a wrong clock or an import)."""
    now = timezone.now() if isinstance(moment, datetime) else timezone.localdate()
    return min(moment, now)


def not_to_come(moment: datetime | date) -> None:
    """Validator of model fields: raises ValidationError for a moment in the future."""
    if by_now(moment) != moment:
        message = _(
            "This is still to come. Write a day or time that has passed, or leave the field empty."
        )
        raise ValidationError(message, code="to_come")


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
