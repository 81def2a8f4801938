from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from articles.models.former_slug import remember_former_slug, unique_slug
from articles.querysets import TopicQuerySet
from config.web.site import address_of
from config.web.text.fields import CharField, SlugField, TextField


class Topic(models.Model):
    """A subject of articles, with the disclaimer that all of them show."""

    name = CharField(_("name"), max_length=120, unique=True)
    slug = SlugField(
        _("slug"),
        max_length=220,
        unique=True,
        blank=True,
        help_text=_(
            "Part of the address; made from the name when left empty. Old addresses redirect."
        ),
    )
    description = TextField(_("description"), blank=True, max_length=1000)
    disclaimer = TextField(
        _("disclaimer"),
        blank=True,
        max_length=2000,
        help_text=_("Stands under every article of this topic."),
    )
    review_months = models.PositiveSmallIntegerField(
        _("months between reviews"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("Sets “review again by” of articles published or reviewed without it."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic(savepoint=False)  # a new slug is held until it is saved
    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = self.slug or unique_slug(Topic, self.name, "topic")
        remember_former_slug(self, "topic")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return address_of("articles:topic", self.slug)
