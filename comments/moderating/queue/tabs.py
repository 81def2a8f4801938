"""The tabs of the queue: which comments stand in each, in which order, and how many.

A batch begins after the last comment of the one before it (a keyset, no OFFSET), so that page 1,000
costs what page 1 does.
"""

import re
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
# Microseconds and a number, both of which PostgreSQL and Python can hold.
_CURSOR = re.compile(r"([0-9]{1,17})-([0-9]{1,18})")


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
        """The comments of the tab, in the order in which it shows them."""
        order = ("position", "pk") if self.oldest_first else ("-position", "-pk")
        return self.comments().order_by(*order)

    def holds(self, comment: Comment, *, reported: bool) -> bool:
        """Whether a comment, as it is now, still belongs in this tab."""
        if self.needs_reports:
            return reported
        return not self.statuses or comment.status in self.statuses


def _waiting(status: str) -> CommentQuerySet:
    return Comment.objects.filter(status=status).annotate(position=F("created_at"))


def _decided(status: str) -> CommentQuerySet:
    # The index has the second condition, too: without it PostgreSQL would not use the index.
    decided = Comment.objects.filter(status=status, decided_at__isnull=False)
    return decided.annotate(position=F("decided_at"))


TABS = {
    "pending": Tab(_("Pending"), lambda: _waiting("pending"), ("pending",)),
    "reported": Tab(
        _("Reported"),
        lambda: Comment.objects.filter(reports__in=Report.objects.oldest_of_comment()).annotate(
            position=F("reports__at")
        ),
        needs_reports=True,
    ),
    "held": Tab(_("Held"), lambda: _waiting("held"), ("held",)),
    "approved": Tab(_("Approved"), lambda: _decided("approved"), ("approved",), False),
    "rejected": Tab(_("Rejected"), lambda: _decided("rejected"), ("rejected",), False),
    "spam": Tab(_("Spam"), lambda: _decided("spam"), ("spam",), False),
    "all": Tab(
        _("All"), lambda: Comment.objects.annotate(position=F("created_at")), oldest_first=False
    ),
}


def counts() -> dict[str, int]:
    """How many comments stand in each tab but "all", at most COUNTED + 1, in one query."""
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
    """A number for people: "1000+" when the counting stopped there."""
    return f"{COUNTED}+" if number > COUNTED else str(number)


@dataclass(frozen=True)
class Cursor:
    """Where a batch ended: position and primary key of its last comment."""

    position: datetime
    pk: int

    def __str__(self) -> str:
        return f"{(self.position - _EPOCH) // timedelta(microseconds=1)}-{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """The cursor that `str` wrote, or None for any other text."""
        found = _CURSOR.fullmatch(text)
        if found is None:
            return None
        return cls(_EPOCH + timedelta(microseconds=int(found[1])), int(found[2]))


@dataclass(frozen=True)
class Batch:
    """Primary keys of comments, and where the next batch begins (None: there is no other)."""

    pks: list[int]
    following: Cursor | None
    # How many comments match the filters, at most COUNTED + 1; None when no filter is active.
    total: int | None = None


def read_batch(
    comments: CommentQuerySet, *, oldest_first: bool, after: Cursor | None = None, size: int = BATCH
) -> Batch:
    """The next comments of Tab.in_order() after a cursor."""
    if after is not None:
        comments = comments.beyond(after.position, after.pk, oldest_first=oldest_first)
    # The stubs do not see what a tab annotates.
    found = list(comments.values_list("position", "pk")[: size + 1])  # type: ignore[misc]
    more = len(found) > size
    return Batch([pk for _position, pk in found[:size]], Cursor(*found[size - 1]) if more else None)
