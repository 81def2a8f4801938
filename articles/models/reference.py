from django.db import models
from django.utils.translation import gettext_lazy as _

from config.web.text.fields import TextField, URLField


class Reference(models.Model):
    """A source, cited in the text as [number]."""

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="references")
    number = models.PositiveSmallIntegerField(_("number"))
    text = TextField(_("source"), max_length=1000)
    url = URLField(_("address"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="reference_number_unique")
        ]

    def __str__(self) -> str:
        return f"[{self.number}] {self.text[:60]}"
