from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.content import RESTORED, content_of
from config.web.text.fields import CharField, JSONField

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from articles.models.article import Article


class Revision(models.Model):
    """The content of an article after one action, with its actor and reason. Never changed."""

    class Action(models.TextChoices):
        SAVED = "saved", _("Saved")
        SUBMITTED = "submitted", _("Sent to review")
        RETURNED = "returned", _("Returned to draft")
        APPROVED = "approved", _("Approved")
        SCHEDULED = "scheduled", _("Scheduled")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        PICKED = "picked", _("Added to editors' picks")
        UNPICKED = "unpicked", _("Removed from editors' picks")
        CHANGED = "changed", _("Changes published")
        DISCARDED = "discarded", _("Changes discarded")
        CHANGES_SCHEDULED = "changes_scheduled", _("Changes scheduled")
        WITHDRAWAL_SCHEDULED = "withdrawal_scheduled", _("Withdrawal scheduled")
        CALLED_OFF = "called_off", _("Schedule cancelled")
        REVIEWED = "reviewed", _("Reviewed, nothing changed")
        STOPPED = "stopped", _("Schedule stopped")
        SIGN_OFF_ACCEPTED = "sign_off_accepted", _("Sign-off accepted")
        RESTORED = "restored", _("Earlier version restored")
        IMPORTED = "imported", _("Imported")

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="revisions")
    action = CharField(_("action"), max_length=20, choices=Action)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    reason = CharField(_("reason"), max_length=300, blank=True)
    content = JSONField(_("content"))

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["article", "-id"], name="revision_of_article"),
            # For the pile of returned drafts: few revisions are returns.
            models.Index(
                fields=["article", "-id"], name="revision_returned", condition=Q(action="returned")
            ),
            # The same for what could not be done at its time.
            models.Index(
                fields=["article", "-id"], name="revision_stopped", condition=Q(action="stopped")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.at:%Y-%m-%d %H:%M}"

    @classmethod
    def record(
        cls, article: "Article", action: str, *, by: "User | None", reason: str = ""
    ) -> "Revision":
        """Store the present content of `article`, after `action`, one of Revision.Action."""
        return cls.objects.create(
            article=article, action=action, by=by, reason=reason[:300], content=content_of(article)
        )

    @transaction.atomic
    def restore(self, *, by: "User | None", reason: str = "") -> "Revision | None":
        """Give the article the content of this revision, as one more save.

        Of a public article it becomes the working copy. Address, corrections, status and the date
        of the last change stay, and no later revision is lost. Returns the new revision, or None
        when nothing differs.
        """
        article = type(self.article).objects.select_for_update().get(pk=self.article_id)
        old = {name: self.content[name] for name in RESTORED if name in self.content}
        self.article = article
        content = article.edited_content() | old
        return article.save_content(content, by=by, reason=reason, action=self.Action.RESTORED)
