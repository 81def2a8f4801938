"""The language that an article is written in."""

from django.conf.global_settings import LANGUAGES_BIDI
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.web.text.fields import CharField

# More of those that are written from right to left than Django is translated into
_RIGHT_TO_LEFT = frozenset(LANGUAGES_BIDI) | {"dv", "ks", "ps", "sd", "syr", "yi"}

LANGUAGE_IS_A_TAG = models.CheckConstraint(
    name="article_language_is_a_tag",
    condition=Q(language__regex=r"^([a-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$"),
)


class WithLanguage(models.Model):
    """The part of Article that says how its text is read aloud, and from which side.

    `language` is a tag (BCP 47). Without one the text is in the site's language.
    """

    language = CharField(
        _("language"),
        max_length=20,
        blank=True,
        default="",
        db_default="",
        help_text=_("Of the text, so that it is read aloud right."),
    )

    class Meta:
        abstract = True

    @property
    def direction(self) -> str:
        """From which side its own language is written: "ltr", "rtl", or "" if it names none."""
        if not self.language:
            return ""
        return "rtl" if self.language.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"
