"""Which comments, reports, restrictions and moderators' mails a question is about."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.search import SearchVector
from django.db import connection, models
from django.db.models import Case, Exists, Min, OuterRef, Q, When
from django.utils import timezone

from config.web.database.at_once import Statement
from config.web.database.compiled import Given, is_among, now
from config.web.mail.owed_mail import OwedMailQuerySet
from config.web.requests.client_address import shortened
from config.web.requests.signed_links import keyed_hash
from config.web.text.addresses import known_as
from config.web.text.search_words import SearchWords, search_query

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from comments.models import (  # noqa: F401 - named in strings below
        Comment,
        ModeratorMail,
        Report,
        Restriction,
        Thread,
    )

# The shortest time between two mails to one moderator.
MODERATOR_MAIL_GAP = timedelta(minutes=15)
# Networks change hands, and comments forget theirs after the same time.
RESTRICTS_NETWORK = timedelta(days=30)
# So many digits fit a bigint.
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_AT_ONCE = 500  # rows of a statement
_DRAW = """
SELECT nextval(pg_get_serial_sequence('comments_comment', 'id')) FROM generate_series(1, %s)
"""
_LOCK_AND_DRAW = """
SELECT pg_advisory_xact_lock(hashtextextended(%s, %s)),
    nextval(pg_get_serial_sequence('comments_comment', 'id'))
"""


@dataclass(frozen=True)
class Sender:
    """What a request shows about who sends a comment, beyond what was typed.

    `owned_address` is the one that the browser has confirmed by a mailed link, `remembered` the
    numbers of the comments that it sent before, `attempt` what its script drew for this form,
    `stamp` the signed time of the form; each is empty when there is none.
    """

    network: str = ""
    user: "User | None" = None
    owned_address: str = ""
    attempt: str = ""
    remembered: tuple[int, ...] = ()
    stamp: str = ""
    was_fast: bool = False


NOBODY = Sender()


def address_hash(email: str) -> str:
    """What stays of an erased address: the same address gives it again, and it names nobody.

    Keyed with the site's secret, so that nobody can try addresses against a copy of the table.
    """
    return keyed_hash("colophon.erased", known_as(email)).hex()


class CommentQuerySet(models.QuerySet["Comment"]):
    def create_all(self, rows: list[Any]) -> None:
        """Add new comments, many in a statement. A parent among them stands before its answers."""
        with connection.cursor() as cursor:
            cursor.execute(_DRAW, [len(rows)])
            numbers = [number for (number,) in cursor]
        for row, number in zip(rows, numbers, strict=True):
            row.pk = number
            row.parent = row.parent  # takes its number, which is known by now
            row.derive()
            row.take_place()
        self.bulk_create(rows, batch_size=_AT_ONCE)

    def approved(self) -> Self:
        """Comments that every reader may see, if the article is public."""
        return self.filter(status="approved")

    def awaiting_moderation(self) -> Self:
        return self.filter(status__in=["pending", "held"])

    def waiting_since(self) -> datetime | None:
        """When the comment that has waited longest was written, from two rows of an index."""
        oldest = [
            self.filter(status=status, decided_at=None).aggregate(at=Min("created_at"))["at"]
            for status in ("pending", "held")
        ]
        return min((at for at in oldest if at), default=None)

    def arrived(self, *, after: datetime, until: datetime) -> Self:
        """Comments that were written, or changed by the writer, in that time."""
        return self.filter(
            Q(created_at__gt=after, created_at__lte=until)
            | Q(edited_at__gt=after, edited_at__lte=until)
        )

    def unpublished(self) -> Self:
        """Comments whose writers may ask what became of them: they wait, or were rejected."""
        return self.filter(status__in=["pending", "held", "repeated", "rejected", "spam"])

    def owned(self) -> Self:
        """Comments that still belong to their writers: neither withdrawn nor erased."""
        return self.exclude(status="withdrawn").exclude(email="")

    def in_thread(self) -> Self:
        """Approved comments, and others that have approved replies and leave a placeholder."""
        return self.filter(Q(status="approved") | Q(shown_replies__gt=0))

    def in_reading_order(self) -> Self:
        """Each comment before its replies, the oldest first."""
        return self.order_by("path")

    def newest_branch_first(self) -> Self:
        """Within a branch in reading order."""
        return self.order_by("-path__0", "path")

    def oldest_first(self) -> Self:
        return self.order_by("created_at", "pk")

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def numbered(self, text: str) -> "Comment | None":
        """The comment of a number from an address or a form; None if the text names none."""
        return self.filter(pk=int(text)).first() if _NUMBER.fullmatch(text) else None

    def matching(self, words: str) -> Self:
        """By the full-text index of names and texts (comment_words)."""
        vector = SearchVector(SearchWords("name"), SearchWords("body"), config="simple")
        return self.annotate(words=vector).filter(words=search_query(words, config="simple"))

    def beyond(self, at: datetime, pk: int, *, oldest_first: bool) -> Self:
        """Rows after a place in the order of `position`. An index follows the first condition."""
        beyond, here = ("gt", "gte") if oldest_first else ("lt", "lte")
        return self.filter(**{f"position__{here}": at}).filter(
            Q(**{f"position__{beyond}": at}) | Q(**{f"pk__{beyond}": pk})
        )

    def with_words_of(self, comment: "Comment") -> Self:
        """Comments of the same words and address in the same place of a thread."""
        return self.filter(article_id=comment.article_id, digest=comment.digest).order_by("pk")

    def own_or_waiting(self) -> models.QuerySet[Any, Any]:
        """Comments of the same words that a sender has shown to have sent, and those that wait.

        Typing the same words and address shows nothing. Their numbers and whether they are own
        ones, which come first. For a compiled queryset, see comments.writing.receiving.
        """
        is_own = (
            Q(is_among("pk", "remembered"))
            | Q(account=Given("account"))
            | Q(attempt=Given("attempt"))
            | Q(email=Given("owned_address"))
        )
        is_open = Q(status__in=["pending", "held"]) | Q(status="rejected", decided_by=None)
        same = self.filter(article=Given("article"), digest=Given("digest"))
        marked = same.filter(is_own | is_open).annotate(
            is_own=Case(When(is_own, then=True), default=False)
        )
        return marked.order_by("-is_own", "-pk").values_list("pk", "is_own")

    def lock_words(self, comment: "Comment") -> Statement:
        """Let others who send the same words wait until the transaction ends. Gives a new `pk`.

        A number that is not used leaves a gap, which does no harm.
        """
        values = [comment.digest, comment.article_id]
        return Statement(_LOCK_AND_DRAW, values, lambda rows: rows[0][1])

    def forget_repeated(self, *, before: datetime) -> int:
        """Delete old repeated comments, whose words stand in another one. Returns how many."""
        return self.filter(status="repeated", created_at__lt=before).delete()[0]

    def forget_networks(self, *, before: datetime) -> int:
        """Empty the networks of old comments (GDPR Art. 5(1)(e)). Returns how many had one."""
        return self.filter(created_at__lt=before).exclude(network="").update(network="")


class ThreadQuerySet(models.QuerySet["Thread"]):
    def lock(self, article_id: int) -> None:
        """Lock an article's thread until the transaction ends, before its comments are changed.

        The counting trigger updates this row and the comment's ancestors. Locked in another order,
        two transactions could wait for each other.
        """
        self.bulk_create([self.model(article_id=article_id)], ignore_conflicts=True)
        self.select_for_update().get(article_id=article_id)


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> Self:
        return self.filter(resolved_at__isnull=True)

    def resolve(self, *, by: "User | None") -> int:
        """Close reports: a moderator decided, or the comment is gone. Returns how many."""
        return self.update(resolved_at=timezone.now(), resolved_by=by)

    def reopen(self) -> int:
        """Open reports again whose decision was taken back. Returns how many.

        A report stays closed if its network has an open one of the same comment meanwhile.
        """
        again = self.model.objects.open().filter(
            comment=OuterRef("comment"), network=OuterRef("network")
        )
        taken_back = self.filter(Q(network="") | ~Exists(again))
        return taken_back.update(resolved_at=None, resolved_by=None)

    def keep_once(self, **fields: Any) -> None:
        """Save a report, unless its network has an open one of the same comment."""
        self.bulk_create([self.model(**fields)], ignore_conflicts=True)

    def forget_networks(self, *, before: datetime) -> int:
        """As CommentQuerySet.forget_networks."""
        return self.filter(at__lt=before).exclude(network="").update(network="")

    def oldest_of_comment(self) -> Self:
        """The oldest open report of each comment, found without sorting."""
        older = self.model.objects.open().filter(
            Q(at__lt=OuterRef("at")) | Q(at=OuterRef("at"), pk__lt=OuterRef("pk")),
            comment=OuterRef("comment"),
        )
        return self.open().filter(~Exists(older))


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    def of_writer(self, email: str) -> Self:
        """Restrictions of an address, also those from before it was erased."""
        return self.of_writer_known_as(known_as(email), address_hash(email))

    def of_writer_known_as(self, *names: "str | Given") -> Self:
        """Restrictions of an address, as itself and as what stays of it after its erasure."""
        return self.filter(kind="writer", value__in=names)

    def in_force(self) -> Self:
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now()))

    def ended(self) -> Self:
        return self.filter(ends_at__lte=timezone.now())

    def impose(
        self,
        kind: str,
        value: str,
        *,
        effect: str,
        by: "User | None",
        note: str = "",
        ends_at: datetime | None = None,
    ) -> "Restriction":
        """Hold or ban a writer or a network from now on; a second time replaces the first.

        A network's restriction ends after RESTRICTS_NETWORK at the latest. Raises ValueError if
        `value` is no network.
        """
        if kind == self.model.Kind.NETWORK:
            value = shortened(value)
            latest = timezone.now() + RESTRICTS_NETWORK
            ends_at = min(ends_at or latest, latest)
        fields = {
            "effect": effect,
            "by": by,
            "note": note,
            "ends_at": ends_at,
            "at": timezone.now(),
        }
        return self.update_or_create(kind=kind, value=value.lower(), defaults=fields)[0]


class ModeratorMailQuerySet(OwedMailQuerySet["ModeratorMail"]):
    def wanted(self) -> Self:
        return self.exclude(frequency="never")

    def owe_alarm(self, people: "Iterable[User]") -> None:
        """Let the next sweep send these people an alarm, also those who want no mail."""
        rows = [self.model(user=person) for person in people]
        self.bulk_create(rows, ignore_conflicts=True)
        owed = self.filter(user__in=[row.user_id for row in rows])
        owed.update(alarm=True, mail_due_at=timezone.now())

    def claim_mail(
        self, pk: Any, *, lease: timedelta = MODERATOR_MAIL_GAP, **also: Any
    ) -> "ModeratorMail | None":
        return super().claim_mail(pk, lease=lease, mailed_at=timezone.now(), **also)

    def _due_now(self) -> Self:
        """Rows whose last mail or try is MODERATOR_MAIL_GAP ago. No try is the last one."""
        now = timezone.now()
        rested = Q(mailed_at__isnull=True) | Q(mailed_at__lte=now - MODERATOR_MAIL_GAP)
        return self.filter(rested, mail_due_at__lte=now)
