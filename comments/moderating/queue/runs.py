"""One decision about all that a listing holds: in steps of bounded time, leaving alone what others changed meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from comments.models import Decision
from comments.moderating.queue.listing import Listing
from comments.moderating.queue.tabs import Place, batch
from comments.moderating.queue.verbs import Verb, decide
from comments.querysets import CommentQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SECONDS = 3.0
AT_ONCE = 50


@dataclass(frozen=True)
class Run:
    """`until` is when the moderator saw how many they are: what came or changed later is not decided by this."""

    listing: Listing
    verb: Verb
    by: "User"
    until: datetime
    reason: str = ""

    def comments(self) -> CommentQuerySet:
        return unchanged(self.listing.comments, since=self.until)

    def step(self, after: Place | None) -> tuple[int, Place | None]:
        """Decides for a few seconds; how many, and where to go on."""
        deadline, done = monotonic() + SECONDS, 0
        while True:
            numbers, after = batch(
                self.comments(),
                oldest_first=self.listing.tab.oldest_first,
                after=after,
                size=AT_ONCE,
            )
            done += self._decide(numbers)
            if after is None or monotonic() > deadline:
                return done, after

    def _decide(self, numbers: list[int]) -> int:
        versions = self.comments().filter(pk__in=numbers).values_list("pk", "version")
        return len(decide(versions, self.verb, by=self.by, reason=self.reason).done)


def unchanged(comments: CommentQuerySet, *, since: datetime) -> CommentQuerySet:
    decided = Decision.objects.filter(comment=OuterRef("pk"), at__gt=since)
    edited = Q(edited_at__isnull=False, edited_at__gt=since)
    return comments.filter(~Exists(decided), created_at__lte=since).exclude(edited)
