from functools import partial
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from articles.pictures.mail_pictures import forget_mail_copy
from articles.pictures.picture_files import picture_name
from articles.pictures.renditions import forget_renditions
from articles.querysets import ImageQuerySet
from config.web.files.media_storage import no_orphans
from config.web.text.fields import CharField


class Image(models.Model):
    """A picture of the library, from which heroes, portraits and figures are chosen.

    Its file was made by articles.pictures.picture_files: re-encoded, upright, without metadata.
    """

    file = models.ImageField(
        _("file"),
        upload_to=picture_name,
        width_field="width",
        height_field="height",
        max_length=200,
    )
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    title = CharField(
        _("title"), max_length=200, help_text=_("To find it again; not shown to readers.")
    )
    alt_text = CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_(
            "What the picture says to somebody who cannot see it. Empty only when it is decoration."
        ),
    )
    caption = CharField(_("caption"), max_length=500, blank=True)
    credit = CharField(_("credit"), max_length=200, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="uploaded_images",
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @no_orphans()
    @transaction.atomic(savepoint=False)  # the file and its row
    def save(self, *args: Any, **kwargs: Any) -> None:
        former = Image.objects.filter(pk=self.pk).values_list("file", flat=True).first()
        super().save(*args, **kwargs)
        if former and former != self.file.name:
            transaction.on_commit(partial(_remove_unused_file, former), robust=True)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        name = str(self.file.name)
        deleted = super().delete(*args, **kwargs)
        transaction.on_commit(partial(_remove_unused_file, name), robust=True)
        return deleted


def _remove_unused_file(name: str) -> None:
    """Delete a file that no row and no text uses. Texts name files and not rows."""
    from articles.models import Article, Page

    uses = (
        Image.objects.filter(file=name),
        Article.objects.naming_file(name),
        Page.objects.filter(body__contains=name),
    )
    if not any(rows.exists() for rows in uses):
        Image._meta.get_field("file").storage.delete(name)
        forget_renditions(name)
        forget_mail_copy(name)
