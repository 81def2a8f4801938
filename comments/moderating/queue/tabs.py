"""What stands in each tab, how much, and in which order: keyset batches, so that page 1,000 costs what page 1 does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comments.models import Comment, Report
from comments.querysets import CommentQuerySet

BATCH = 50
COUNTED = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Tab:
    """`comments` are annotated with `position`, by which the tab is ordered."""

    label: Promise | str
    comments: Callable[[], CommentQuerySet]
    # An empty one means every status.
    statuses: tuple[str, ...] = ()
    oldest_first: bool = True
    needs_reports: bool = False

    def in_order(self) -> CommentQuerySet:
        order = ("position", "pk") if self.oldest_first else ("-position", "-pk")
        return self.comments().order_by(*order)

    def holds(self, comment: Comment, *, reported: bool) -> bool:
        """Whether a comment, as it is now, still belongs here."""
        if self.needs_reports:
            return reported
        return not self.statuses or comment.status in self.statuses


def _waiting(status: str) -> CommentQuerySet:
    return Comment.objects.filter(status=status).annotate(position=F("created_at"))


def _decided(status: str) -> CommentQuerySet:
    # Said twice, as the index is of what is decided.
    decided = Comment.objects.filter(status=status, decided_at__isnull=False)
    return decided.annotate(position=F("decided_at"))


def _reported() -> CommentQuerySet:
    oldest = Report.objects.oldest_of_comment()
    return Comment.objects.filter(reports__in=oldest).annotate(position=F("reports__at"))


TABS = {
    "pending": Tab(_("Pending"), lambda: _waiting("pending"), ("pending",)),
    "reported": Tab(_("Reported"), _reported, needs_reports=True),
    "held": Tab(_("Held"), lambda: _waiting("held"), ("held",)),
    "approved": Tab(_("Approved"), lambda: _decided("approved"), ("approved",), False),
    "rejected": Tab(_("Rejected"), lambda: _decided("rejected"), ("rejected",), False),
    "spam": Tab(_("Spam"), lambda: _decided("spam"), ("spam",), False),
    "all": Tab(
        _("All"), lambda: Comment.objects.annotate(position=F("created_at")), oldest_first=False
    ),
}


def counts() -> dict[str, int]:
    """How much stands in each tab but the last, in one query that stops counting after COUNTED."""
    names = [name for name in TABS if name != "all"]
    parts: list[str] = []
    values: list[Any] = []
    for name in names:
        ids = TABS[name].comments().order_by().values("pk")[: COUNTED + 1]
        sql, params = ids.query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) capped)")
        values += params
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return dict(zip(names, cursor.fetchone(), strict=True))


def capped(number: int) -> str:
    return f"{COUNTED}+" if number > COUNTED else str(number)


@dataclass(frozen=True)
class Place:
    """Where a batch ended."""

    at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1)}-{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """None for what is none, as nobody types this."""
        moment, _dash, pk = text.partition("-")
        if not (moment.isascii() and moment.isdecimal() and pk.isascii() and pk.isdecimal()):
            return None
        if len(moment) > 17 or len(pk) > 18:
            return None
        return cls(_EPOCH + timedelta(microseconds=int(moment)), int(pk))


def batch(
    comments: CommentQuerySet, *, oldest_first: bool, after: Place | None = None, size: int = BATCH
) -> tuple[list[int], Place | None]:
    """The numbers of the next comments of Tab.in_order(), and where the batch after them begins."""
    if after is not None:
        comments = comments.beyond(after.at, after.pk, oldest_first=oldest_first)
    # The stubs do not see what a tab annotates.
    found = list(comments.values_list("position", "pk")[: size + 1])  # type: ignore[misc]
    more = len(found) > size
    last = Place(*found[size - 1]) if more else None
    return [pk for _position, pk in found[:size]], last
