"""Issues on the desk's calendar: what is planned, and what was sent."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from config.web.planning import MOST_ENTRIES, Entry, bounds
from newsletter.models import Issue

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


def entries_of(user: "User | AnonymousUser", first: date, last: date) -> Iterator[Entry]:
    """What the user may see of these days, in one query."""
    if not user.has_perm("newsletter.view_issue"):
        return
    start, end = bounds(first, last)
    planned = Q(status__in=["scheduled", "late"], send_at__gte=start, send_at__lt=end)
    begun = Q(status__in=["sending", "paused", "sent"], started_at__gte=start, started_at__lt=end)
    rows = Issue.objects.filter(planned | begun).only("subject", "status", "send_at", "started_at")
    for issue in rows.order_by("pk")[:MOST_ENTRIES]:
        is_planned = issue.status in ("scheduled", "late")
        at = (issue.send_at if is_planned else issue.started_at) or timezone.now()
        said = f"{_('Newsletter')}: {issue.get_status_display()}"
        form = "admin:newsletter_issue_change"
        yield Entry(timezone.localdate(at), "issue", said, issue.subject, form, issue.pk, at)
