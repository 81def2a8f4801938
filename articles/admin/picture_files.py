"""The file of a picture in a form. It stays chosen when the form comes back with an error."""

from contextlib import suppress
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, transaction
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.models import KeptUpload
from articles.pictures.picture_files import clean_picture

ACCEPTED = "image/jpeg,image/png,image/webp,image/avif,image/heic,image/heif,image/gif"


class PictureInput(forms.ClearableFileInput):
    """A file input that also sends the key of an upload that was kept."""

    kept: KeptUpload | None = None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return super().value_from_datadict(data, files, name) or data.get(f"{name}_kept") or None

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        rendered = super().render(name, value, attrs, renderer)
        if self.kept is None:
            return rendered
        text = _("“%(name)s” (%(size)s) is still chosen. Choose another file to replace it.") % {
            "name": self.kept.name,
            "size": filesizeformat(len(self.kept.content)),
        }
        kept = '<p class="kept-upload">{}</p><input type="hidden" name="{}_kept" value="{}">{}'
        return format_html(kept, text, name, self.kept.key, rendered)

    def use_required_attribute(self, initial: Any) -> bool:
        return self.kept is None and super().use_required_attribute(initial)


class PictureFileField(forms.FileField):
    """An upload, which articles.pictures.picture_files turns into a clean file.

    `user` is set by the form: only that person's kept uploads are taken. `original_name` is the
    name of the file that was cleaned.
    """

    widget = PictureInput(attrs={"accept": ACCEPTED})
    user: Any = None
    original_name = ""

    def clean(self, data: Any, initial: Any = None) -> Any:
        if isinstance(data, str):
            kept = self._kept(data)
            if kept is None:
                raise ValidationError(_("The chosen file is no longer stored. Choose it again."))
            data = kept.as_upload()
        chosen = super().clean(data, initial)
        if not isinstance(chosen, UploadedFile):
            return chosen
        chosen.seek(0)
        self.original_name = chosen.name or ""
        return clean_picture(chosen.file or chosen, chosen.size or 0)

    def keep(self, data: Any) -> None:
        """Keep what was chosen in a form that is shown again. `data` is what clean() was given."""
        if isinstance(data, str):
            self.widget.kept = self._kept(data)
        elif isinstance(data, UploadedFile):
            # A database without room loses the file, as before, and not the form.
            with suppress(DatabaseError), transaction.atomic():
                self.widget.kept = KeptUpload.keep(data, by=self.user)

    def forget(self, data: Any) -> None:
        """The form was saved."""
        if isinstance(data, str):
            KeptUpload.objects.filter(user=self.user, key=data).delete()

    def _kept(self, key: str) -> KeptUpload | None:
        if "\x00" in key:
            return None
        return KeptUpload.objects.usable_by(self.user).filter(key=key).first()
