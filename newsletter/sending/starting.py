"""Starting issues at their time."""

from django.utils import timezone

from newsletter.composing.each_article import has_lost_its_article
from newsletter.models import Issue, WrongStatus
from newsletter.models.issue import late_after
from newsletter.sending.rendering import render_body


def start_due() -> None:
    """Start scheduled issues. Safe on several machines: a second one finds it started."""
    now = timezone.now()
    for issue in Issue.objects.due(now):
        try:
            if issue.send_at and issue.send_at < now - late_after():
                issue.be_late()
            elif has_lost_its_article(issue):
                issue.cancel(by=None)
            else:
                issue.start(by=None, body=render_body(issue))
        except WrongStatus:  # another worker was first, or an editor took it back
            continue
