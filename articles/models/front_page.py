from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.web.text.fields import TextField


def _place(label: Any, place: int) -> Any:
    return models.PositiveSmallIntegerField(label, null=True, blank=True, default=place)


class FrontPage(models.Model):
    """What editors choose for the front page. One row, or none while nobody has chosen."""

    SECTIONS = ("latest", "picks", "series", "discussed", "topics", "newsletter")

    lead = models.ForeignKey(
        "articles.Article",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lead article"),
        help_text=_("Shown first and largest. Empty: the newest article."),
    )
    lead_until = models.DateTimeField(
        _("lead until"),
        null=True,
        blank=True,
        help_text=_("From then on the newest article leads again. Empty: until you change it."),
    )
    introduction = TextField(
        _("introduction"),
        blank=True,
        max_length=300,
        help_text=_("A sentence about the publication, shown above the lead article."),
    )
    # The place of each section; None hides it.
    latest = _place(_("latest articles"), 1)
    picks = _place(_("editors’ picks"), 2)
    series = _place(_("series"), 3)
    discussed = _place(_("most discussed"), 4)
    topics = _place(_("more by topic"), 5)
    newsletter = _place(_("newsletter sign-up"), 6)

    class Meta:
        verbose_name = _("front page")
        verbose_name_plural = _("front page")
        constraints = [models.CheckConstraint(name="front_page_one_row", condition=Q(pk=1))]

    def __str__(self) -> str:
        return str(_("Front page"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.lead_until and not self.lead_id:
            raise ValidationError({"lead": _("Choose the article that leads until then.")})

    @classmethod
    def current(cls) -> "FrontPage":
        """The row, made if there is none."""
        return cls.objects.get_or_create(pk=1)[0]

    @property
    def sections(self) -> list[str]:
        """The names of the sections that are shown, in their order."""
        shown = [name for name in self.SECTIONS if getattr(self, name) is not None]
        return sorted(shown, key=lambda name: getattr(self, name))

    def lead_at(self, moment: datetime) -> int | None:
        """The number of the article that editors chose to lead at that time."""
        is_over = self.lead_until is not None and self.lead_until <= moment
        return None if is_over else self.lead_id

    def get_absolute_url(self) -> str:
        return "/"
