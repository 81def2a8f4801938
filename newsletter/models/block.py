from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Image
from config.web.text.fields import CharField, TextField, URLField
from newsletter.models.issue import Issue


class Block(models.Model):
    """One part of an issue, in its place. Each kind uses the fields that its name asks for."""

    class Kind(models.TextChoices):
        ARTICLE = "article", _("Article excerpt")
        WHOLE_ARTICLE = "whole", _("Full article")
        HEADING = "heading", _("Heading")
        TEXT = "text", _("Text")
        PICTURE = "picture", _("Picture")
        BUTTON = "button", _("Button")

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="blocks")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    kind = CharField(_("kind"), max_length=8, choices=Kind, default=Kind.ARTICLE)
    # An article that is deleted leaves the issues that are not sent yet.
    article = models.ForeignKey(
        Article, models.CASCADE, verbose_name=_("article"), null=True, blank=True, related_name="+"
    )
    image = models.ForeignKey(
        Image, models.PROTECT, verbose_name=_("picture"), null=True, blank=True, related_name="+"
    )
    text = TextField(_("text"), blank=True, help_text=_("For a heading, text or button."))
    url = URLField(_("link"), max_length=500, blank=True, help_text=_("For a button or a picture."))

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="block_kind_known",
                condition=Q(kind__in=["article", "whole", "heading", "text", "picture", "button"]),
            ),
            models.CheckConstraint(
                name="block_article_chosen",
                condition=~Q(kind__in=["article", "whole"]) | Q(article__isnull=False),
                violation_error_message=_("Choose an article."),
            ),
            models.CheckConstraint(
                name="block_picture_chosen",
                condition=~Q(kind="picture") | Q(image__isnull=False),
                violation_error_message=_("Choose a picture."),
            ),
            models.CheckConstraint(
                name="block_text_written",
                condition=~Q(kind__in=["heading", "text", "button"]) | ~Q(text=""),
                violation_error_message=_("Enter the text of this block."),
            ),
            models.CheckConstraint(
                name="block_button_leads_somewhere",
                condition=~Q(kind="button") | ~Q(url=""),
                violation_error_message=_("Enter the address that the button leads to."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.position}"
