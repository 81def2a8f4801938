"""Mail that is owed: to writers about their comments, to moderators about the queue. The rows say what is due."""

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


class ModeratorMail(models.Model):
    """How often a moderator wants the waiting comments by mail; never more than one mail a quarter of an hour."""

    class Frequency(models.TextChoices):
        NEVER = "never", _("No mail")
        AT_ONCE = "at_once", _("At once, at most every 15 minutes")
        HOURLY = "hourly", _("Every hour")
        DAILY = "daily", _("Every day")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+", editable=False
    )
    frequency = models.CharField(
        _("comments by mail"), max_length=7, choices=Frequency, default=Frequency.NEVER
    )
    # Comments up to this one were mailed.
    told_up_to = models.BigIntegerField(default=0, editable=False)
    mailed_at = models.DateTimeField(null=True, editable=False)
    mail_due_at = models.DateTimeField(null=True, editable=False)
    mail_attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("moderator's mail")
        verbose_name_plural = _("moderators' mail")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.frequency}"
