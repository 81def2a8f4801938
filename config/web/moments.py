"""Times that tell of the past: a program that reads "changed" in the future believes nothing else here either."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _


def by_now[Moment: (datetime, date)](moment: Moment) -> Moment:
    """The time or day itself, or now when it is still to come (a wrong clock, an import, a row made by program)."""
    now = timezone.now() if isinstance(moment, datetime) else timezone.localdate()
    return min(moment, now)


def not_to_come(moment: datetime | date) -> None:
    """Validator of model fields. Raises ValidationError."""
    if by_now(moment) != moment:
        raise ValidationError(
            _(
                "This is still to come. Write a day or time that has passed, or leave the field empty."
            ),
            code="to_come",
        )
