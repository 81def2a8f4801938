from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.group_querysets import TopicQuerySet
from articles.models.former_slug import Addressed
from config.web.text.fields import CharField, SlugField, TextField
from config.web.text.search_words import SearchWords


class Topic(Addressed):
    """A subject of articles, with the disclaimer that all of them show."""

    name = CharField(_("name"), max_length=120, unique=True)
    slug = SlugField(
        _("slug"),
        max_length=220,
        unique=True,
        blank=True,
        help_text=_(
            "Part of the address. Leave empty to make it from the name. Old addresses redirect."
        ),
    )
    description = TextField(_("description"), blank=True, max_length=1000)
    disclaimer = TextField(
        _("disclaimer"),
        blank=True,
        max_length=2000,
        help_text=_("Shown under every article on this topic."),
    )
    review_months = models.PositiveSmallIntegerField(
        _("months between reviews"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_(
            "Sets “next review due” for articles that are published or reviewed without a date."
        ),
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("The lowest number comes first in menus and lists.")
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subtopics",
        verbose_name=_("part of"),
        help_text=_("A topic that includes this one. Its page shows the articles of both."),
    )

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["position", SearchWords("name"), "pk"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """There is one level of sub-topics. A trigger refuses what two people save at once."""
        if self.parent is None:
            return
        if self.parent == self or self.parent.parent_id:
            raise ValidationError({"parent": _("Choose a topic that is not a sub-topic itself.")})
        if self.pk and self.subtopics.exists():
            raise ValidationError(
                {"parent": _("This topic has sub-topics, so it cannot be one itself.")}
            )
