"""The settings of all discussions, and the count of each article's comments."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments.plain_text import as_html
from comments.querysets import ThreadQuerySet
from config.web.cache.kept_values import kept
from config.web.text.fields import CharField, TextField


class DiscussionSettings(models.Model):
    """One row. Every comment waits for a moderator, unless `trust_after` lets its writer past."""

    rules = TextField(
        _("community rules"),
        blank=True,
        help_text=_("Shown above the form. An empty line starts a new paragraph."),
    )
    rules_html = TextField(blank=True, editable=False)
    close_after_days = models.PositiveSmallIntegerField(
        _("days until comments close"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "Counted from the day an article is published. Leave empty to keep comments open."
        ),
    )
    trust_after = models.PositiveSmallIntegerField(
        _("approvals before comments are published at once"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "Applies to commenters with a confirmed address and no removed comments. A"
            " comment that is held still waits. Leave empty to have a moderator read every"
            " comment."
        ),
    )
    hold_links = models.PositiveSmallIntegerField(
        _("links that hold a comment"),
        default=2,
        validators=[MinValueValidator(1)],
        help_text=_("A comment with this many web addresses or more is held."),
    )
    hold_words = TextField(
        _("words that hold a comment"),
        blank=True,
        help_text=_("One word or phrase on each line. End it with * to match any ending."),
    )
    reject_words = TextField(
        _("words that reject a comment"),
        blank=True,
        help_text=_(
            "One word or phrase on each line. These comments are rejected without a moderator."
        ),
    )
    use_learned_filter = models.BooleanField(
        _("hold comments that look like earlier spam"),
        default=True,
        help_text=_(
            "Learned from 200 or more decisions of your moderators. Comments are held, not"
            " rejected."
        ),
    )
    alarm_after_hours = models.PositiveSmallIntegerField(
        _("hours until an alert"),
        null=True,
        blank=True,
        default=48,
        validators=[MinValueValidator(1)],
        help_text=_(
            "Moderators get an email when a comment has waited this long. Leave empty for no alert."
        ),
    )
    alarmed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("discussion settings")
        verbose_name_plural = _("discussion settings")
        constraints = [models.CheckConstraint(name="discussion_one_row", condition=Q(pk=1))]

    def __str__(self) -> str:
        return str(_("Discussion settings"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        self.rules_html = as_html(self.rules)
        super().save(*args, **kwargs)

    @classmethod
    def current(cls) -> "DiscussionSettings":
        return cls.objects.get_or_create(pk=1)[0]

    @classmethod
    def kept(cls) -> "DiscussionSettings":
        """The same to judge what is posted, kept in the process until any field changes.

        Threads share it: do not change it. Pages that are kept use `current()`, as only some of
        the fields make them anew.
        """
        return kept("discussion settings", cls.current, "discussion-settings")


class RejectionReason(models.Model):
    """A sentence to reject or remove with, told to the writer who asked to be told."""

    text = CharField(_("reason"), max_length=300, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("rejection reason")
        verbose_name_plural = _("rejection reasons")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class Thread(models.Model):
    """How many comments readers see under an article, kept by the trigger comment_counts."""

    article = models.OneToOneField(
        Article, models.CASCADE, primary_key=True, related_name="thread", editable=False
    )
    shown = models.PositiveIntegerField(default=0, editable=False)

    objects = ThreadQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.article_id}: {self.shown}"
