"""Times that must lie in the past. Programs distrust a page that says it will change tomorrow."""

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
