from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.querysets import CorrectionQuerySet
from config.web.moments import not_to_come
from config.web.text.fields import TextField


class Correction(models.Model):
    """A correction of an article, which readers see."""

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="corrections")
    corrected_at = models.DateTimeField(
        _("corrected"), default=timezone.now, validators=[not_to_come]
    )
    text = TextField(_("what was wrong and what is right"), max_length=2000)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-corrected_at", "-pk"]
        indexes = [
            models.Index(F("corrected_at").desc(), F("id").desc(), name="correction_newest"),
            # The last one in a file of the sitemap.
            models.Index(
                (F("article") - 1) / 10_000, F("corrected_at").desc(), name="correction_file_newest"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
