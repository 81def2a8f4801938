from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.group_querysets import SeriesEntryQuerySet, SeriesQuerySet
from articles.models.former_slug import Addressed
from config.web.text.fields import CharField, SlugField, TextField
from config.web.text.search_words import SearchWords


class Series(Addressed):
    """Articles to read one after the other. Readers see the published ones, as its parts."""

    title = CharField(_("title"), max_length=200)
    slug = SlugField(
        _("slug"),
        max_length=220,
        unique=True,
        blank=True,
        help_text=_(
            "Part of the address. Leave empty to make it from the title. Old addresses redirect."
        ),
    )
    description = TextField(
        _("description"),
        blank=True,
        max_length=1000,
        help_text=_("One or two sentences, shown above the list of its parts."),
    )

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = [SearchWords("title"), "pk"]

    def __str__(self) -> str:
        return self.title


class SeriesEntry(models.Model):
    """The place of an article in its series. An article is in one series at most."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="entries")
    article = models.OneToOneField(
        "articles.Article",
        models.CASCADE,
        related_name="series_entry",
        verbose_name=_("article"),
        error_messages={"unique": _("This article is in a series already.")},
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("The lowest number comes first.")
    )

    objects = SeriesEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("article of a series")
        verbose_name_plural = _("articles of a series")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return str(self.article)
