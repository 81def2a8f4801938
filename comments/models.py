"""Readers' comments and the log of what moderators decided."""

import hashlib
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments.plain_text import as_html
from comments.querysets import CommentQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import User

NAME_LENGTH = 80
BODY_LENGTH = 5000


class AlreadyDecided(Exception):
    """Somebody else decided this comment in the meantime."""


class Comment(models.Model):
    class Status(models.TextChoices):
        """PENDING -> any other; a decision can be changed to any other decision, never back to PENDING.

        REMOVED is an approved comment taken away later; nothing is deleted while a thread hangs on it.
        """

        PENDING = "pending", _("Pending")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        SPAM = "spam", _("Spam")
        REMOVED = "removed", _("Removed")

    article = models.ForeignKey(
        Article, models.PROTECT, related_name="comments", verbose_name=_("article"), db_index=False
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    email = models.EmailField(_("e-mail address"), help_text=_("Never shown to readers."))
    body = models.TextField(_("comment"), max_length=BODY_LENGTH)
    # Rendered once at save: a thread of hundreds costs a page what one does.
    body_html = models.TextField(editable=False)
    status = models.CharField(
        _("status"), max_length=8, choices=Status, default=Status.PENDING, editable=False
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+",
        verbose_name=_("decided by"),
    )  # fmt: skip
    # Shortened at once (/24, /48): limits a flood, names nobody.
    network = models.CharField(_("network"), max_length=49, blank=True, editable=False)
    # The same words of the same writer under the same article are one comment, however often they are sent.
    digest = models.CharField(max_length=64, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["-created_at", "-pk"]
        permissions = [("moderate_comment", _("Can approve and reject comments"))]
        constraints = [
            models.UniqueConstraint(fields=["article", "digest"], name="comment_once_per_article"),
            models.CheckConstraint(
                name="comment_status_known",
                condition=Q(status__in=["pending", "approved", "rejected", "spam", "removed"]),
            ),
            models.CheckConstraint(
                name="comment_pending_is_undecided",
                condition=Q(status="pending", decided_at__isnull=True)
                | (~Q(status="pending") & Q(decided_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["article", "created_at", "id"],
                name="comment_thread",
                condition=Q(status="approved"),
            ),
            models.Index(
                fields=["-created_at", "-id"], name="comment_pending", condition=Q(status="pending")
            ),
            models.Index(fields=["-created_at", "-id"], name="comment_newest"),
            models.Index(fields=["email", "status"], name="comment_writer"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.body[:60]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.body_html = as_html(self.body)
        self.digest = self.digest or digest_of(self.email, self.body)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return f"{self.article.get_absolute_url()}#comment-{self.pk}"

    @property
    def is_approved(self) -> bool:
        """Twin of CommentQuerySet.approved()."""
        return self.status == self.Status.APPROVED

    def approve(self, *, by: "User | None") -> None:
        self._decide(self.Status.APPROVED, by=by)

    def reject(self, *, by: "User | None", reason: str = "") -> None:
        self._decide(self.Status.REJECTED, by=by, reason=reason)

    def mark_as_spam(self, *, by: "User | None") -> None:
        self._decide(self.Status.SPAM, by=by)

    def remove(self, *, by: "User | None", reason: str = "") -> None:
        """Take an approved comment away from readers."""
        self._decide(self.Status.REMOVED, by=by, reason=reason)

    @transaction.atomic
    def _decide(self, to: str, *, by: "User | None", reason: str = "") -> None:
        """Conditional on the status that the moderator saw, so that the second of two moderators is told."""
        now = timezone.now()
        same = Comment.objects.filter(pk=self.pk, status=self.status).exclude(status=to)
        if not same.update(status=to, decided_at=now, decided_by=by):
            raise AlreadyDecided(_("Somebody else decided this comment in the meantime."))
        Decision.objects.create(
            comment=self, was=self.status, became=to, by=by, at=now, reason=reason
        )
        self.status, self.decided_at, self.decided_by = to, now, by


class Decision(models.Model):
    """One line of a comment's log: who decided what, when and why. Only ever added to."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="decisions")
    was = models.CharField(_("was"), max_length=8, choices=Comment.Status)
    became = models.CharField(_("became"), max_length=8, choices=Comment.Status)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.was} → {self.became}"


def digest_of(email: str, body: str) -> str:
    """Equal for the same writer and words, whatever the case and spacing."""
    words = " ".join(body.casefold().split())
    return hashlib.sha256(f"{email.casefold()}\n{words}".encode()).hexdigest()
