"""What moderators and writers can do to a comment."""

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.discussion import Thread
from comments.plain_text import as_html
from comments.spam.comparing import sketch
from comments.spam.findings import are_rejecting
from config.web.text.addresses import known_as

if TYPE_CHECKING:
    from django.contrib.auth.models import User

EDITABLE_FOR = timedelta(minutes=15)


class AlreadyDecided(Exception):
    """Somebody else decided or changed this comment in the meantime."""


class NotAllowed(Exception):
    """The comment's state does not allow this."""


class WithVerbs(models.Model):
    """The part of Comment that changes it.

    `self` is a Comment, which mypy cannot know.
    """

    class Meta:
        abstract = True

    # Moderators' verbs. Each raises AlreadyDecided when the row has changed since the caller read
    # it (`version`).

    def approve(self: Any, *, by: "User | None", reason: str = "") -> None:
        self._decide(self.Status.APPROVED, by=by, reason=reason)

    def reject(self: Any, *, by: "User | None", reason: str = "") -> None:
        self._decide(self.Status.REJECTED, by=by, reason=reason)

    def mark_as_spam(self: Any, *, by: "User | None") -> None:
        self._decide(self.Status.SPAM, by=by)

    def remove(self: Any, *, by: "User | None", reason: str = "") -> None:
        """Take an approved comment away from readers."""
        self._decide(self.Status.REMOVED, by=by, reason=reason)

    @transaction.atomic
    def undo(self: Any, *, by: "User") -> None:
        """Take the last decision back.

        Raises NotAllowed when it is somebody else's or a withdrawal, AlreadyDecided.
        """
        last = self.decisions.select_related("by").first()
        is_own = last is not None and (last.by_id, last.became) == (by.pk, self.status)
        if last is None or last.is_undo or not is_own or self.status == self.Status.WITHDRAWN:
            raise NotAllowed(_("You can undo only your own last decision."))
        awaiting = last.was in self.AWAITING
        self._become(
            last.was,
            by=by,
            decided_at=None if awaiting else timezone.now(),
            decided_by=None if awaiting else by,
            reason="",
            is_undo=True,
        )
        if self.status not in self.GONE:
            self.reports.filter(resolved_at__gte=last.at).reopen()

    @transaction.atomic
    def dismiss_reports(self: Any, *, by: "User") -> None:
        """Keep an approved comment in spite of readers' reports. The log gets a decision, too.

        Raises NotAllowed when it is not approved, AlreadyDecided.
        """
        if not self.is_approved:
            raise NotAllowed(_("Only reports of an approved comment can be dismissed."))
        self._change()
        self.decisions.create(
            was=self.status, became=self.status, by=by, reason=str(_("Reports dismissed"))
        )
        self.reports.open().resolve(by=by)

    @transaction.atomic
    def hold(self: Any, *, held_for: list[dict[str, str]]) -> None:
        """Hold a comment that waits, for findings made after it was sent.

        Raises AlreadyDecided when it does not wait any more.
        """
        if not self.is_awaiting:
            raise AlreadyDecided(_("This comment is already decided."))
        self._become(self.Status.HELD, by=None, held_for=held_for)

    # The writer's verbs

    @property
    def editable_until(self: Any) -> datetime | None:
        """The end of the time in which its writer may change it; None while it is not published.

        It counts from the approval, so that a slow queue takes nothing away.
        """
        return self.decided_at + EDITABLE_FOR if self.is_approved else None

    def is_editable(self: Any) -> bool:
        """Whether its writer may change it: while it waits, and for EDITABLE_FOR after approval."""
        until = self.editable_until
        return timezone.now() < until if until else self.seems_to_wait

    def withdraw(self: Any, *, by: "User | None" = None) -> None:
        """Take the comment back for ever, and erase its words. `by` acts for the writer.

        Raises AlreadyDecided; NotAllowed when it is withdrawn already.
        """
        if self.status == self.Status.WITHDRAWN:
            raise NotAllowed(_("This comment is already withdrawn."))
        with transaction.atomic():
            self._become(
                self.Status.WITHDRAWN,
                by=by,
                decided_at=timezone.now(),
                decided_by=by,
                reason="",
                body="",
                body_html="",
                wants_mail=False,
                digest=f"withdrawn-{self.pk}",
                likeness=None,
            )
            self.edits.all().delete()

    @transaction.atomic
    def edit(self: Any, body: str, *, by: "User | None", held_for: list[dict[str, str]]) -> None:
        """Change the words and log the former ones.

        A writer's edit (`by` is None) goes back to the queue with the findings `held_for`; a
        comment that a rule rejected stays rejected if it still does. A moderator's edit changes no
        status. Raises NotAllowed, AlreadyDecided.
        """
        if self.status == self.Status.WITHDRAWN:
            raise NotAllowed(_("This comment is withdrawn. It can no longer be changed."))
        if by is None and not self.is_editable():
            raise NotAllowed(_("This comment can no longer be changed."))
        self.edits.create(was=self.body, by=by)
        words: dict[str, Any] = {
            "body": body,
            "body_html": as_html(body),
            "digest": digest_of(self.email, body, self.parent_id),
            "likeness": sketch(body),
            "edited_at": timezone.now(),
        }
        if by is not None:
            self._change(**words)
        elif self.is_refused and are_rejecting(held_for):
            self._change(held_for=held_for, **words)
        else:
            status = self.Status.HELD if held_for else self.Status.PENDING
            again: dict[str, Any] = {
                "decided_at": None,
                "decided_by": None,
                "reason": "",
                "held_for": held_for,
            }
            self._become(status, by=None, **again, **words)

    # How every change is made

    @transaction.atomic
    def _decide(self: Any, to: str, *, by: "User | None", reason: str = "") -> None:
        if self.status in {to, self.Status.WITHDRAWN, self.Status.REPEATED}:
            raise AlreadyDecided(_("This comment is already decided."))
        self._become(to, by=by, decided_at=timezone.now(), decided_by=by, reason=reason)

    def _become(
        self: Any, to: str, *, by: "User | None", is_undo: bool = False, **fields: Any
    ) -> None:
        """Change the status, log the change and plan the mails. An edit may change no status."""
        was = self.status
        self._change(status=to, **fields)
        if was != to or is_undo:
            self.decisions.create(
                was=was, became=to, by=by, reason=fields.get("reason", ""), is_undo=is_undo
            )
            self.notices.follow_decision(self, is_undo=is_undo)
        if to in self.GONE:
            self.reports.open().resolve(by=by)

    def _change(self: Any, **fields: Any) -> None:
        """Change fields if nobody changed the row since the caller read it. Raises AlreadyDecided.

        A withdrawn comment is final, whatever version a form sends.
        """
        Thread.objects.lock(self.article_id)
        same = type(self).objects.filter(pk=self.pk, version=self.version)
        same = same.exclude(status=self.Status.WITHDRAWN)
        if not same.update(version=self.version + 1, **fields):
            raise AlreadyDecided(_("Someone else decided this comment in the meantime."))
        for name, value in fields.items():
            setattr(self, name, value)
        self.version += 1


def digest_of(email: str, body: str, parent_id: int | None = None) -> str:
    """A hash of the writer, the comment answered and the words, without case and spacing."""
    words = " ".join(body.casefold().split())
    answered = f"\n{parent_id}" if parent_id else ""
    return hashlib.sha256(f"{known_as(email)}\n{words}{answered}".encode()).hexdigest()
