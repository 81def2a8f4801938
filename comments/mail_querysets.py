"""Which mails are due to those who comment."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone

from config.web.mail.owed_mail import OwedMailQuerySet, send_mail_soon
from config.web.text.addresses import known_as

if TYPE_CHECKING:
    from comments.models import (  # noqa: F401 - named in strings below
        Comment,
        Notice,
        Writer,
    )

# The task that sends the mails of this module's rows.
SEND_MAIL = "comments.tasks.send_writers_mail"
# A moderator who undoes a decision within it takes its mail back.
SENT_AFTER = timedelta(minutes=2)
# How long news wait for an address to be confirmed.
NEWS_FOR = timedelta(days=7)
# A mail about answers lists all that came since the last one.
BETWEEN_ANSWERS = timedelta(hours=1)


class WriterQuerySet(OwedMailQuerySet["Writer"]):
    def of(self, email: str) -> Self:
        """The row of an address. None exists before its first comment and after its erasure."""
        return self.filter(email=known_as(email))

    def reachable(self) -> Self:
        """Addresses that their owners confirmed by a mailed link, and that are not muted."""
        return self.filter(verified_at__isnull=False, muted_at__isnull=True)


class NoticeQuerySet(OwedMailQuerySet["Notice"]):
    def unsent(self) -> Self:
        return self.filter(mail_due_at__isnull=False)

    def outcomes(self) -> Self:
        """News of a decision, not of an answer."""
        return self.filter(kind__in=["approved", "rejected"])

    def requests(self) -> Self:
        """Rows of new comments that ask for mails."""
        return self.filter(kind="asked")

    def due_for_mail(self) -> Self:
        """Requests, and news for reachable writers: one mail about answers to a comment an hour."""
        from comments.models import Writer  # imports these querysets

        writer = Writer.objects.reachable().filter(email=Lower(OuterRef("comment__email")))
        sent_lately = self.model.objects.filter(
            comment=OuterRef("comment"),
            kind="answered",
            sent_at__gt=timezone.now() - BETWEEN_ANSWERS,
        )
        fresh = super().due_for_mail().filter(created_at__gt=timezone.now() - NEWS_FOR)
        return fresh.filter(Q(kind="asked") | Exists(writer)).filter(
            ~Q(kind="answered") | ~Exists(sent_lately)
        )

    def claim_more_answers(self, notice: "Notice") -> "list[Notice]":
        """This notice and the others of answers to the same comment that are due, for one mail."""
        due = self._due_now().filter(comment=notice.comment_id, kind="answered")
        more = [self.claim_mail(pk) for pk in due.order_by("pk").values_list("pk", flat=True)]
        return [notice, *filter(None, more)]

    def ask(self, comment: "Comment") -> None:
        """Note that a new comment asks for mails; the task finds out what that takes.

        The same is done whatever is known of the address, so that the time of the answer does not
        tell.
        """
        self._add(comment, "asked", due_at=timezone.now())
        send_mail_soon(SEND_MAIL)

    def follow_decision(self, comment: "Comment", *, is_undo: bool) -> None:
        """Add the notices that follow from a comment's new status, and delete those that do not.

        Call it in the transaction of the decision: what is decided is told, whatever dies later.
        """
        own = self.filter(comment=comment)
        own.outcomes().unsent().delete()
        self.model.objects.filter(reply=comment).unsent().delete()
        if comment.is_awaiting and not is_undo:
            # The writer changed the words. A decision about them is news, whatever was sent before.
            own.outcomes().delete()
        if comment.status == "withdrawn":
            own.unsent().delete()
        self.add_outcome(comment)
        answered = comment.parent if comment.is_approved else None
        if answered is None or not (answered.is_approved and answered.wants_mail):
            return
        if known_as(answered.email) != known_as(comment.email):
            self._add(answered, "answered", reply=comment)

    def add_outcome(self, comment: "Comment") -> None:
        """Tell the writer of the decision, unless the last mail said the same."""
        kinds = {"approved": "approved", "rejected": "rejected", "removed": "rejected"}
        kind = kinds.get(comment.status)
        if kind is None or not comment.wants_mail:
            return
        own = self.filter(comment=comment)
        last = own.outcomes().order_by("-created_at").first()
        if last is None or last.kind != kind:
            own.filter(kind=kind).delete()
            self._add(comment, kind)

    def _add(
        self,
        comment: "Comment",
        kind: str,
        *,
        reply: "Comment | None" = None,
        due_at: datetime | None = None,
    ) -> None:
        due_at = due_at or timezone.now() + SENT_AFTER
        notice = self.model(comment=comment, kind=kind, reply=reply, mail_due_at=due_at)
        # An answer is told once, however often it is taken away and approved again.
        self.bulk_create([notice], ignore_conflicts=True)
