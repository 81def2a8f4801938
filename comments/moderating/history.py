"""What was decided about a writer's earlier comments, for moderators."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from comments.models import Comment, Writer
from config.web.text.addresses import known_as


def writers_of(comments: Iterable[Comment]) -> dict[str, Writer]:
    """The writers of comments by the comments' e-mail addresses, in one query."""
    addresses = {comment.email: known_as(comment.email) for comment in comments}
    known = Writer.objects.in_bulk(set(addresses.values()), field_name="email")
    return {typed: known[kept] for typed, kept in addresses.items() if kept in known}


def history_in_words(writer: Writer | None) -> str:
    """Such as “2 approved · 1 spam · since 3 May 2026”."""
    if writer is None or not (writer.approved or writer.rejected or writer.spam):
        return _("No earlier decisions")
    numbers = {
        _("%(n)d approved"): writer.approved,
        _("%(n)d rejected or removed"): writer.rejected,
        _("%(n)d spam"): writer.spam,
    }
    counts = " · ".join(text % {"n": n} for text, n in numbers.items() if n)
    since = date_format(timezone.localtime(writer.first_seen_at), "SHORT_DATE_FORMAT")
    return _("%(counts)s · since %(date)s") % {"counts": counts, "date": since}
