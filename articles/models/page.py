from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from articles.models.former_slug import remember_former_slug, unique_slug
from articles.models.image import Image
from articles.pictures.figure_sizes import with_figure_sizes
from articles.rich_text import clean_html
from config.web.site import address_of
from config.web.text.fields import CharField, SlugField, TextField
from config.web.text.search_words import SearchWords

# First parts of paths that other views answer.
RESERVED_SLUGS = frozenset(
    {
        "admin",
        "archive",
        "articles",
        "authors",
        "comments",
        "corrections",
        "dev",
        "feed",
        "follow",
        "health",
        "media",
        "newsletter",
        "renditions",
        "saved",
        "search",
        "series",
        "static",
        "topics",
        "yours",
    }
)
SLUG_LENGTH = 60


class Page(models.Model):
    """A page outside the stream of articles, such as /about/ and /privacy/."""

    REVIEW_POLICY = "review-policy"  # the slug of the page that says what “Reviewed by” means

    title = CharField(_("title"), max_length=200)
    slug = SlugField(
        _("slug"),
        max_length=SLUG_LENGTH,
        unique=True,
        help_text=_("The page's address: “about” makes /about/."),
    )
    body = TextField(_("text"))
    in_footer = models.BooleanField(_("link in the footer"), default=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = [SearchWords("title"), "pk"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": _("Colophon uses this address itself. Choose another.")})

    @transaction.atomic(savepoint=False)  # a new slug is held until it is saved
    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = self.slug or unique_slug(
            Page, self.title, "page", most=SLUG_LENGTH - 5, reserved=RESERVED_SLUGS
        )
        remember_former_slug(self, "page")
        self.body = with_figure_sizes(clean_html(self.body), Image.objects.sizes)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return address_of("articles:page", self.slug)
