"""A reader's comment: what it says, where it stands in its thread, and what may become of it."""

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, HashIndex
from django.contrib.postgres.search import SearchVector
from django.db import connection, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from articles.models import Article
from comments.models.discussion import Thread
from comments.plain_text import as_html
from comments.querysets import CommentQuerySet
from comments.spam.comparing import sketch
from comments.spam.findings import are_rejecting
from config.web.text.addresses import known_as
from config.web.text.fields import CharField, EmailField, JSONField, TextField
from config.web.text.search_words import SearchWords

if TYPE_CHECKING:
    from django.contrib.auth.models import User

NAME_LENGTH = 80
BODY_LENGTH = 5000
REASON_LENGTH = 300
EDITABLE_FOR = timedelta(minutes=15)
# Ancestors kept in a path; whoever answers deeper stands beside the comment that is answered. An index row holds it.
PATH_LENGTH = 60


class AlreadyDecided(Exception):
    """Somebody else decided or changed this comment in the meantime."""


class NotAllowed(Exception):
    """The comment's state does not allow this."""


class Comment(models.Model):
    class Status(models.TextChoices):
        """PENDING and HELD await a moderator; the others are decisions, and one decision can replace another.

        HELD is PENDING with something suspicious about it (`held_for`). REMOVED was public once. An edit or an undo
        leads back to PENDING or HELD. WITHDRAWN is the writer's own decision, without text, and final.
        REPEATED says the same as a comment that waits, under the same address, and nothing shows that the same person
        sent both: whoever sent it gets a page of its own, no moderator reads it, and an edit makes it PENDING or HELD.
        Nothing is deleted while a thread hangs on it.
        """

        PENDING = "pending", _("Pending")
        HELD = "held", _("Held")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        SPAM = "spam", _("Spam")
        REMOVED = "removed", _("Removed")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REPEATED = "repeated", _("Repeated")

    class Badge(models.TextChoices):
        NONE = "", _("Reader")
        AUTHOR = "author", pgettext_lazy("beside a name", "Author")
        EDITOR = "editor", _("Editor")
        MODERATOR = "moderator", _("Moderator")

    AWAITING = (Status.PENDING, Status.HELD)
    # Readers' reports of it are answered.
    GONE = (Status.REJECTED, Status.SPAM, Status.REMOVED, Status.WITHDRAWN)

    article = models.ForeignKey(
        Article, models.PROTECT, related_name="comments", verbose_name=_("article"), db_index=False
    )
    # The database refuses a parent under another article (comment_parent_same_article).
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="replies",
        verbose_name=_("in reply to"),
    )  # fmt: skip
    # The ids from the first comment of the branch down to this one: in this order a thread is read.
    path = ArrayField(models.BigIntegerField(), editable=False)
    # Approved comments anywhere below this one; kept by the database (trigger comment_counts).
    shown_replies = models.PositiveIntegerField(default=0, editable=False)
    name = CharField(_("name"), max_length=NAME_LENGTH)
    email = EmailField(_("e-mail address"), help_text=_("Never shown to readers."))
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+",
        verbose_name=_("account"),
    )  # fmt: skip
    badge = CharField(
        _("badge"), max_length=9, choices=Badge, default=Badge.NONE, blank=True, editable=False
    )
    body = TextField(_("comment"), max_length=BODY_LENGTH)
    # Rendered once at save: a thread of hundreds costs a page what one does.
    body_html = TextField(editable=False)
    status = CharField(
        _("status"), max_length=9, choices=Status, default=Status.PENDING, editable=False
    )
    # Why it is HELD: [{"code": "links", "detail": "3"}, …], told in words by comments.spam.findings.
    held_for = JSONField(default=list, editable=False)
    # Counts every decision and edit: whoever acts on an older version is told.
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+",
        verbose_name=_("decided by"), db_index=False,
    )  # fmt: skip
    # Of the last decision, told to the writer, and to readers where a placeholder stays.
    reason = CharField(_("reason"), max_length=REASON_LENGTH, blank=True, editable=False)
    # The writer asked to be told by mail what happens to this comment.
    wants_mail = models.BooleanField(default=False, editable=False)
    # Shortened at once (/24, /48): limits a flood, names nobody.
    network = CharField(_("network"), max_length=49, blank=True, editable=False)
    # Equal for the same words under the same address in answer to the same comment.
    digest = CharField(max_length=64, editable=False)
    # Drawn by the browser for one form, so that it gets the answer again when the first one was lost on the way.
    attempt = CharField(max_length=64, blank=True, db_default="", editable=False)
    # Alike for texts alike, of whoever (comments.spam.comparing); empty for a short one.
    likeness = models.BinaryField(max_length=64, null=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["-created_at", "-pk"]
        permissions = [("moderate_comment", _("Can approve and reject comments"))]
        constraints = [
            models.CheckConstraint(
                name="comment_status_known",
                condition=Q(
                    status__in=[
                        "pending", "held", "approved", "rejected", "spam", "removed", "withdrawn", "repeated"
                    ]
                ),
            ),
            models.CheckConstraint(
                name="comment_awaiting_is_undecided",
                condition=Q(status__in=["pending", "held", "repeated"], decided_at__isnull=True)
                | (~Q(status__in=["pending", "held", "repeated"]) & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="comment_withdrawn_is_empty", condition=~Q(status="withdrawn") | Q(body="")
            ),
            models.CheckConstraint(
                name="comment_path_not_empty", condition=Q(path__len__gt=0)
            ),
        ]  # fmt: skip
        indexes = [
            # A thread in the order it is read, and by newest branch first. Row by row at any depth.
            models.Index(
                fields=["article", "path"],
                name="comment_thread",
                condition=Q(status="approved") | Q(shown_replies__gt=0),
            ),
            models.Index(
                models.F("article"), models.F("path__0").desc(), models.F("path"),
                name="comment_thread_newest",
                condition=Q(status="approved") | Q(shown_replies__gt=0),
            ),
            # What waits, the oldest first; what is decided, the last decision first.
            models.Index(
                fields=["status", "created_at", "id"],
                name="comment_queue",
                condition=Q(status__in=["pending", "held"]),
            ),
            models.Index(
                fields=["status", "-decided_at", "-id"],
                name="comment_decided",
                condition=Q(decided_at__isnull=False),
            ),
            models.Index(
                fields=["decided_by", "-decided_at", "-id"],
                name="comment_decided_by",
                condition=Q(decided_by__isnull=False),
            ),
            models.Index(
                fields=["edited_at"], name="comment_edited", condition=Q(edited_at__isnull=False)
            ),
            models.Index(fields=["-created_at", "-id"], name="comment_newest"),
            models.Index(fields=["article", "digest"], name="comment_repeats"),
            models.Index(
                fields=["created_at"], name="comment_repeated", condition=Q(status="repeated")
            ),
            models.Index(fields=["article", "-created_at", "-id"], name="comment_of_article"),
            models.Index(fields=["email", "-created_at"], name="comment_writer"),
            models.Index(
                fields=["network", "-created_at"], name="comment_network", condition=~Q(network="")
            ),
            GinIndex(
                SearchVector(SearchWords("name"), SearchWords("body"), config="simple"), name="comment_words"
            ),
            HashIndex(fields=["likeness"], name="comment_same_words"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name}: {self.body[:60]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.body_html = as_html(self.body)
        self.email = known_as(self.email)
        self.digest = self.digest or digest_of(self.email, self.body, self.parent_id)
        self.likeness = sketch(self.body)
        if self._state.adding and not self.path:
            self._take_place()
        super().save(*args, **kwargs)

    def _take_place(self) -> None:
        """The path ends with the row's own number, so it is drawn before the row is written."""
        if self.pk is None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval(pg_get_serial_sequence('comments_comment', 'id'))")
                (self.pk,) = cursor.fetchone()
        above = self.parent.path[: PATH_LENGTH - 1] if self.parent else []
        self.path = [*above, self.pk]

    def get_absolute_url(self) -> str:
        """Leads to the page of the thread that shows this comment, however long the thread is."""
        return reverse("comments:permalink", args=[self.article.slug, self.pk])

    @property
    def is_approved(self) -> bool:
        """Twin of CommentQuerySet.approved()."""
        return self.status == self.Status.APPROVED

    @property
    def is_awaiting(self) -> bool:
        """Twin of CommentQuerySet.awaiting_moderation()."""
        return self.status in self.AWAITING

    @property
    def is_placeholder(self) -> bool:
        """Readers see that something stood here, for the replies under it, and not what."""
        return not self.is_approved and self.shown_replies > 0

    @property
    def depth(self) -> int:
        return len(self.path)

    @property
    def is_repeated(self) -> bool:
        return self.status == self.Status.REPEATED

    @property
    def original(self) -> "Comment | None":
        """The comment whose words a repeated one says again, unless they were changed since."""
        same = Comment.objects.with_words_of(self).exclude(status=self.Status.REPEATED)
        return (
            same.filter(pk__lt=self.pk).select_related("article").last()
            if self.is_repeated
            else None
        )

    @property
    def is_refused(self) -> bool:
        """A ban or a list of words rejected it, and no person has decided since."""
        by_rule = self.status == self.Status.REJECTED and self.decided_by_id is None
        return by_rule and are_rejecting(self.held_for)

    @property
    def seems_to_wait(self) -> bool:
        """What a sender is told who only typed the address: else a stranger learns whom moderators banned."""
        return self.is_awaiting or self.is_repeated or self.is_refused

    def is_editable(self) -> bool:
        """By its writer: for a quarter of an hour, unless a moderator decided against it."""
        fresh = self.created_at > timezone.now() - EDITABLE_FOR
        return fresh and (self.seems_to_wait or self.is_approved)

    # Moderators' verbs. Each raises AlreadyDecided when the row is not what the caller saw (`version`).

    def approve(self, *, by: "User | None", reason: str = "") -> None:
        self._decide(self.Status.APPROVED, by=by, reason=reason)

    def reject(self, *, by: "User | None", reason: str = "") -> None:
        self._decide(self.Status.REJECTED, by=by, reason=reason)

    def mark_as_spam(self, *, by: "User | None") -> None:
        self._decide(self.Status.SPAM, by=by)

    def remove(self, *, by: "User | None", reason: str = "") -> None:
        """Take an approved comment away from readers."""
        self._decide(self.Status.REMOVED, by=by, reason=reason)

    @transaction.atomic
    def undo(self, *, by: "User") -> None:
        """Take the last decision back, as long as it is one's own and no withdrawal. Raises NotAllowed, AlreadyDecided."""
        last = self.decisions.select_related("by").first()
        is_final = self.status == self.Status.WITHDRAWN
        if (
            is_final
            or last is None
            or last.is_undo
            or (last.by_id, last.became) != (by.pk, self.status)
        ):
            raise NotAllowed(_("Only one's own last decision can be undone."))
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
    def dismiss_reports(self, *, by: "User") -> None:
        """Keep an approved comment in spite of readers' reports; logged as a decision that changes nothing.

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
    def hold(self, *, held_for: list[dict[str, str]]) -> None:
        """The program found something (more) after all. Raises AlreadyDecided when the comment does not wait any more."""
        if not self.is_awaiting:
            raise AlreadyDecided(_("This comment is decided already."))
        self._become(self.Status.HELD, by=None, held_for=held_for)

    # The writer's verbs

    def withdraw(self, *, by: "User | None" = None) -> None:
        """For ever, and the words with it; `by` is who does it for the writer.

        Raises AlreadyDecided; NotAllowed when it is withdrawn already.
        """
        if self.status == self.Status.WITHDRAWN:
            raise NotAllowed(_("This comment is withdrawn already."))
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
    def edit(self, body: str, *, by: "User | None", held_for: list[dict[str, str]]) -> None:
        """Change the words, keeping the former ones in the log.

        A writer's edit (`by` None) goes back to the queue, held for what `held_for` names, unless a rule had refused
        the comment and still does; a moderator's edit leaves the state. Raises NotAllowed, AlreadyDecided.
        """
        if self.status == self.Status.WITHDRAWN:
            raise NotAllowed(_("This comment is withdrawn: nobody changes it any more."))
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
    def _decide(self, to: str, *, by: "User | None", reason: str = "") -> None:
        if self.status in {to, self.Status.WITHDRAWN, self.Status.REPEATED}:
            raise AlreadyDecided(_("This comment is decided already."))
        self._become(to, by=by, decided_at=timezone.now(), decided_by=by, reason=reason)

    def _become(self, to: str, *, by: "User | None", is_undo: bool = False, **fields: Any) -> None:
        """Change the status, and write the log unless nothing was decided (an edit of what waits anyway)."""
        was = self.status
        self._change(status=to, **fields)
        if was != to or is_undo:
            self.decisions.create(
                was=was, became=to, by=by, reason=fields.get("reason", ""), is_undo=is_undo
            )
            self.notices.follow_decision(self, is_undo=is_undo)
        if to in self.GONE:
            self.reports.open().resolve(by=by)

    def _change(self, **fields: Any) -> None:
        """Conditional on the version that the caller saw, so that the second of two people is told.

        What is withdrawn is final, whatever version a form sends.
        """
        Thread.objects.lock(self.article_id)
        same = Comment.objects.filter(pk=self.pk, version=self.version)
        if not same.exclude(status=self.Status.WITHDRAWN).update(
            version=self.version + 1, **fields
        ):
            raise AlreadyDecided(_("Somebody else decided this comment in the meantime."))
        for name, value in fields.items():
            setattr(self, name, value)
        self.version += 1

    @staticmethod
    def seen(pk: int, version: int) -> "Comment | None":
        """The comment as somebody saw it, to act on; None when it is gone. A changed one raises at the verb."""
        comment = Comment.objects.select_related("article", "parent").filter(pk=pk).first()
        if comment is not None:
            comment.version = version
        return comment


def digest_of(email: str, body: str, parent_id: int | None = None) -> str:
    """Equal for the same writer, words and comment answered, whatever the case and spacing."""
    words = " ".join(body.casefold().split())
    answered = f"\n{parent_id}" if parent_id else ""
    return hashlib.sha256(f"{known_as(email)}\n{words}{answered}".encode()).hexdigest()
