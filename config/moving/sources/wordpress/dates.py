"""Dates of an export: in GMT, else in the time of the site, else none."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from django.utils import timezone

_FORMAT = "%Y-%m-%d %H:%M:%S"


def moment(gmt: str, local: str, published: str = "") -> datetime | None:
    """The moment of the GMT date; where that is `0000-00-00 00:00:00` or missing, of the local one.

    `published` is the RFC 2822 date of the feed. A local time that clocks skipped is an hour
    later.
    """
    for text, zone in ((gmt, UTC), (local, timezone.get_default_timezone())):
        try:
            return datetime.strptime(text.strip(), _FORMAT).replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    # A post without a date has the year -0001 there.
    if not re.search(r"\s(?:19|20)\d\d\s", published):
        return None
    try:
        found = parsedate_to_datetime(published)
    except (ValueError, TypeError):
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
