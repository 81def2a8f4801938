from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.web.text.fields import CharField, TextField

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from articles.models.article import Article


class RemarkQuerySet(models.QuerySet["Remark"]):
    def of(self, article: "Article") -> Self:
        """What experts remarked on any revision of the article, in the order of writing."""
        return self.filter(link__article=article).order_by("pk")

    def open(self) -> Self:
        """Remarks that nobody resolved yet."""
        return self.filter(resolved_at=None)


class Remark(models.Model):
    """What an expert wrote at a paragraph of a revision, or about all of it."""

    link = models.ForeignKey("articles.ExpertLink", models.CASCADE, related_name="remarks")
    # Its number in the revision from 1 on. None is for the whole article.
    paragraph = models.PositiveIntegerField(null=True)
    # The first words of the paragraph, by which it is found in a later version.
    beginning = CharField(max_length=200, blank=True)
    passage = TextField(_("passage"), max_length=1000, blank=True)
    text = TextField(_("remark"), max_length=3000)
    written_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = RemarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="remark_resolved_has_time",
                condition=Q(resolved_by__isnull=True) | Q(resolved_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def resolve(self, *, by: "User | None") -> bool:
        """Take it out of the margin. False if somebody did so before."""
        row = Remark.objects.open().filter(pk=self.pk)
        return bool(row.update(resolved_at=timezone.now(), resolved_by=by))

    def reopen(self) -> bool:
        """Put it into the margin again. False if somebody did so before."""
        row = Remark.objects.filter(pk=self.pk, resolved_at__isnull=False)
        return bool(row.update(resolved_at=None, resolved_by=None))
