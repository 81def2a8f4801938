"""Mails about comments that are due to their writers."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.mail_querysets import NoticeQuerySet
from comments.models.comment import Comment
from config.web.text.fields import CharField


class Notice(models.Model):
    """News for the writer of `comment`. ASKED is no news: a new comment asks for mails."""

    class Kind(models.TextChoices):
        ASKED = "asked", _("Asked for emails")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        ANSWERED = "answered", _("Replied to")

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="notices")
    kind = CharField(max_length=8, choices=Kind)
    # The answer that ANSWERED tells of. None for the other kinds.
    reply = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    mail_due_at = models.DateTimeField(null=True, default=timezone.now)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "kind", "reply"], name="notice_once", nulls_distinct=False
            ),
        ]
        indexes = [
            models.Index(
                fields=["mail_due_at"], name="notice_due", condition=Q(mail_due_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.kind}"

    def is_true(self) -> bool:
        """Whether the news still holds."""
        match self.kind:
            case self.Kind.REJECTED:
                return self.comment.status in {Comment.Status.REJECTED, Comment.Status.REMOVED}
            case self.Kind.ANSWERED:
                return self.comment.is_approved and bool(self.reply and self.reply.is_approved)
        return self.comment.is_approved
