from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from articles.querysets import ContributionQuerySet
from config.web.text.fields import CharField


class Contribution(models.Model):
    """Somebody's part in an article."""

    class Part(models.TextChoices):
        AUTHOR = "author", _("Author")
        REVIEWER = "reviewer", _("Reviewer")
        EDITOR = "editor", _("Editor")

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="contributions")
    author = models.ForeignKey(
        "articles.Author", models.PROTECT, related_name="contributions", verbose_name=_("person")
    )
    part = CharField(_("part"), max_length=8, choices=Part, default=Part.AUTHOR)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    # Times of the article while it is public or scheduled. changed_at is its last substantial
    # change. Only triggers of the database write them.
    published_at = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "author", "part"], name="contribution_unique"
            ),
            models.CheckConstraint(
                name="contribution_part_known",
                condition=Q(part__in=["author", "reviewer", "editor"]),
            ),
        ]
        indexes = [
            models.Index(
                F("author"),
                F("part"),
                F("published_at").desc(),
                F("article").desc(),
                name="contribution_newest",
                condition=Q(published_at__isnull=False),
            ),
            models.Index(
                F("author"),
                F("changed_at").desc(),
                name="contribution_changed",
                condition=Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author} ({self.get_part_display()})"
