"""What was done to a comment, by whom and why. Only ever added to."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.comment import REASON_LENGTH, Comment
from config.web.text.fields import CharField, TextField


class Decision(models.Model):
    """A line of a comment's log: who decided what, when and why.

    `by` is None for the program, and for a writer who withdrew.
    """

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="decisions")
    was = CharField(_("from status"), max_length=9, choices=Comment.Status)
    became = CharField(_("to status"), max_length=9, choices=Comment.Status)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
        db_index=False,
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    reason = CharField(_("reason"), max_length=REASON_LENGTH, blank=True)
    is_undo = models.BooleanField(_("undo"), default=False)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["by", "-at", "-id"], name="decision_of_moderator"),
            models.Index(fields=["became", "-at", "-id"], name="decision_became"),
            models.Index(fields=["-at", "-id"], name="decision_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.was} → {self.became}"


class Edit(models.Model):
    """The words that a comment had before an edit."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="edits")
    was = TextField(_("from status"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
        help_text=_("Empty means the commenter."),
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("edit")
        verbose_name_plural = _("edits")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.was[:60]


class Note(models.Model):
    """What moderators tell each other about a comment."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="notes")
    text = CharField(_("note"), max_length=1000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]
