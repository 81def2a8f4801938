"""What moderators see of one comment, on its own page."""

from datetime import datetime

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.models import Comment

LONG_TEXT = 900  # characters, about what queue.css shows without scrolling


@admin.display(description=gettext_lazy("comment"))
def text(comment: Comment) -> SafeString:
    # Escaped and whole; a long one scrolls in its place, also by keyboard.
    label = _("Comment by %(name)s") % {"name": comment.name}
    scrolls = format_html(' tabindex="0" role="region" aria-label="{}"', label)
    attributes = scrolls if len(comment.body) > LONG_TEXT else ""
    return format_html('<div class="queue-text" dir="auto"{}>{}</div>', attributes, comment.body)


@admin.display(description=gettext_lazy("writer"))
def writer(comment: Comment) -> SafeString:
    return format_html(
        '<bdi class="queue-name">{}</bdi><br><a href="{}?{}">{}</a><br><span class="queue-history">{}</span>',
        comment.name,
        reverse("admin:comments_queue"),
        urlencode({"tab": "all", "q": comment.email}),
        comment.email,
        _history(comment),
    )


@admin.display(description=gettext_lazy("article and time"))
def where_and_when(comment: Comment) -> SafeString:
    return format_html(
        '<a href="{}">{}</a><br><a href="{}"><time datetime="{}">{}</time></a>',
        comment.get_absolute_url() if comment.is_approved else comment.article.get_absolute_url(),
        comment.article,
        reverse("admin:comments_comment_change", args=[comment.pk]),
        comment.created_at.isoformat(),
        _when(comment.created_at),
    )


@admin.display(description=gettext_lazy("status"))
def decision(comment: Comment) -> SafeString:
    status = format_html(
        '<span class="queue-status queue-status--{}">{}</span>',
        comment.status,
        comment.get_status_display(),
    )
    if not comment.decided_at:
        return status
    who = comment.decided_by or _("the program, or somebody whose account is gone")
    return format_html("{}<br>{}<br>{}", status, who, _when(comment.decided_at))


def _when(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def _history(comment: Comment) -> str:
    """What else came from the same address, from the annotations of with_writer_history()."""
    counts = {
        _("%(n)d approved"): comment.writer_approved,  # type: ignore[attr-defined]
        _("%(n)d rejected or removed"): comment.writer_rejected,  # type: ignore[attr-defined]
        _("%(n)d spam"): comment.writer_spam,  # type: ignore[attr-defined]
    }
    told = " · ".join(text % {"n": n} for text, n in counts.items() if n)
    if not told:
        return _("No decided comment before")
    since = date_format(timezone.localtime(comment.writer_since), "SHORT_DATE_FORMAT")  # type: ignore[attr-defined]
    return _("%(counts)s · since %(date)s") % {"counts": told, "date": since}
