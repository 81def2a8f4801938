"""The mail to the writers of an article about comments that wait under it."""

from datetime import timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.models import Article
from comments.models.comment import Comment
from config.web.database.at_once import Statement
from config.web.mail.owed_mail import OwedMailQuerySet

# The shortest time between two mails about one article.
BETWEEN_MAILS = timedelta(hours=1)
SENT_AFTER = timedelta(minutes=1)
_OWE = """
INSERT INTO comments_waitingmail AS mail (article_id, told_until, told, mail_due_at, mail_attempts)
    SELECT article_id, %s, '{}', CASE WHEN status = 'pending' THEN %s::timestamptz END, 0
    FROM comments_comment WHERE id = %s
ON CONFLICT (article_id) DO UPDATE SET
    mail_due_at = greatest(mail.mailed_at + %s, EXCLUDED.mail_due_at), mail_attempts = 0
    -- A mail that is being sent does not have this comment any more.
    WHERE EXCLUDED.mail_due_at IS NOT NULL AND (mail.mail_due_at IS NULL OR mail.mail_attempts > 0)
"""


class WaitingMailQuerySet(OwedMailQuerySet["WaitingMail"]):
    def owe(self, comment: Comment) -> Statement:
        """Owe the article's writers a mail about a new comment if it waits and nothing holds it.

        Call it last in the transaction that keeps the comment. The statement is the same for
        every comment, so that the time of the answer does not tell who is held.
        """
        due = timezone.now() + SENT_AFTER
        before = comment.created_at - timedelta(seconds=1)
        return Statement(_OWE, [before, due, comment.pk, BETWEEN_MAILS])

    def _due_now(self) -> Self:
        """Rows whose last mail is BETWEEN_MAILS ago."""
        rested = Q(mailed_at=None) | Q(mailed_at__lte=timezone.now() - BETWEEN_MAILS)
        return super()._due_now().filter(rested)


class WaitingMail(models.Model):
    """What the writers of one article were told, and when the next mail is due."""

    article = models.OneToOneField(Article, models.CASCADE, primary_key=True, related_name="+")
    # Comments until this time were mailed, or were there before the first mail.
    told_until = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    # Who has got the mail that is due: a mail server may fail between two people.
    told = ArrayField(models.BigIntegerField(), default=list)
    mail_due_at = models.DateTimeField(null=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)

    objects = WaitingMailQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["mail_due_at"],
                name="waiting_mail_due",
                condition=Q(mail_due_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.article_id)
