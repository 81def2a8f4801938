"""Mail that is owed to writers about their comments. The rows say what is due."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment


class Notice(models.Model):
    """One thing that the writer of `comment` asked to be told."""

    class Kind(models.TextChoices):
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        ANSWERED = "answered", _("Answered")

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=8, choices=Kind)
    reply = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    mail_due_at = models.DateTimeField(null=True, default=timezone.now)
    mail_attempts = models.PositiveSmallIntegerField(default=0)

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
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.kind}"
