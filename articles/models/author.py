from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.former_slug import Addressed
from articles.querysets import AuthorQuerySet
from config.web.text.fields import CharField, SlugField, TextField, URLField
from config.web.text.search_words import SearchWords


class Author(Addressed):
    """A person who writes, reviews or edits articles, with or without a login."""

    name = CharField(_("name"), max_length=120)
    slug = SlugField(
        _("slug"),
        max_length=220,
        unique=True,
        blank=True,
        help_text=_(
            "Part of the address. Leave empty to make it from the name. Old addresses redirect."
        ),
    )
    role = CharField(
        _("role"), max_length=120, blank=True, help_text=_("Such as “Contributing writer”.")
    )
    credentials = CharField(
        _("credentials"), max_length=200, blank=True, help_text=_("Such as “MD, MPH”.")
    )
    affiliation = CharField(_("affiliation"), max_length=200, blank=True)
    orcid = CharField(
        "ORCID iD",
        max_length=19,
        blank=True,
        validators=[
            RegexValidator(r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$", _("Enter it as 0000-0002-1825-0097."))
        ],
    )
    bio = TextField(_("biography"), blank=True, max_length=2000)
    portrait = models.ForeignKey(
        "articles.Image",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="portrayed_authors",
        verbose_name=_("portrait"),
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        verbose_name=_("login"),
        help_text=_("The account that writes under this name."),
    )

    objects = AuthorQuerySet.as_manager()

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = [SearchWords("name"), "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """The first letters of first and last name, shown where there is no portrait."""
        words = self.name.split()
        return "".join(
            word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)
        ).upper()


class AuthorLink(models.Model):
    """A page elsewhere about an author."""

    author = models.ForeignKey(Author, models.CASCADE, related_name="links")
    label = CharField(_("label"), max_length=60)
    url = URLField(_("address"), max_length=500)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label
