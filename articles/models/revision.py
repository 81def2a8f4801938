from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

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

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="revisions")
    action = CharField(_("action"), max_length=12, choices=Action)
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
        indexes = [models.Index(fields=["article", "-id"], name="revision_of_article")]

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

        Title, standfirst, text, takeaways and references change; status, people and dates stay. No
        later revision is lost. Returns the new revision, or None when nothing differs.
        """
        article = type(self.article).objects.select_for_update().get(pk=self.article_id)
        present = content_of(article)
        old = {name: self.content.get(name, present[name]) for name in _RESTORED}
        references = self.content.get("references", present["references"])
        if present == present | old | {"references": references}:
            return None
        for name, value in old.items():
            setattr(article, name, value)
        # References first: marks in the text link to them.
        article.references.all().delete()
        model = article.references.model
        model.objects.bulk_create(model(article=article, **row) for row in references)
        article.save(update_fields=[*_RESTORED, "modified_at"])
        self.article = article
        return Revision.record(article, Revision.Action.SAVED, by=by, reason=reason)


_RESTORED = ("title", "standfirst", "body", "key_takeaways")


def content_of(article: "Article") -> dict[str, Any]:
    """The content of an article as a revision stores it."""
    return {
        "title": article.title,
        "standfirst": article.standfirst,
        "body": article.body,
        "key_takeaways": article.key_takeaways,
        "references": [
            {"number": row.number, "text": row.text, "url": row.url}
            for row in article.references.all()
        ],
        "status": article.status,
    }
