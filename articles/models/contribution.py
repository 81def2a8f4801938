from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


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
    part = models.CharField(_("part"), max_length=8, choices=Part, default=Part.AUTHOR)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

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

    def __str__(self) -> str:
        return f"{self.author} ({self.get_part_display()})"
