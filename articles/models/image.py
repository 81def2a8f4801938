from functools import partial
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.pictures.mail_pictures import forget_mail_copy
from articles.pictures.picture_files import picture_name
from articles.pictures.renditions import forget_renditions, forget_shared
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
        _("title"),
        max_length=200,
        help_text=_("Helps you find the picture. Readers do not see it."),
    )
    alt_text = CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_(
            "Describe the picture for someone who cannot see it. Leave empty only if it is"
            " decoration."
        ),
    )
    is_decoration = models.BooleanField(
        _("decoration only"),
        default=False,
        db_default=False,
        help_text=_("The picture adds nothing to the text. Screen readers skip it."),
    )
    focus_x = models.PositiveSmallIntegerField(
        _("from the left, in percent"),
        default=50,
        db_default=50,
        validators=[MaxValueValidator(100)],
    )
    focus_y = models.PositiveSmallIntegerField(
        _("from the top, in percent"),
        default=50,
        db_default=50,
        validators=[MaxValueValidator(100)],
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
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-uploaded_at", "-pk"]
        indexes = [models.Index(fields=["file"], name="image_file")]
        constraints = [
            models.CheckConstraint(
                condition=Q(focus_x__lte=100, focus_y__lte=100), name="image_focus_inside"
            ),
            models.CheckConstraint(
                condition=Q(is_decoration=False) | Q(alt_text=""), name="image_decoration_is_silent"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @no_orphans()
    @transaction.atomic(savepoint=False)  # the file and its row
    def save(self, *args: Any, **kwargs: Any) -> None:
        former = Image.objects.filter(pk=self.pk).first()
        super().save(*args, **kwargs)
        if former is None:
            return
        if former.shared_name != self.shared_name:
            transaction.on_commit(partial(forget_shared, former.shared_name), robust=True)
        if former.file.name != self.file.name:
            name = str(former.file.name)
            transaction.on_commit(partial(_remove_unused_file, name), robust=True)

    @property
    def shared_name(self) -> str:
        """The part of its address that the cut for other sites has: another point, another name."""
        return f"{self.focus_x}-{self.focus_y}/{self.file.name}"

    @property
    def shared_path(self) -> str:
        kwargs = {"x": self.focus_x, "y": self.focus_y, "name": self.file.name}
        return reverse("articles:shared", kwargs=kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        name, shared_name = str(self.file.name), self.shared_name
        deleted = super().delete(*args, **kwargs)
        transaction.on_commit(partial(forget_shared, shared_name), robust=True)
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
