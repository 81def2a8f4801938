"""The fields for all text of our models. They remove control characters in every way of writing.

Forms, the admin, imports, the shell, bulk_create() and update() pass them. A test fails where a
model uses another text field. In migrations they are Django's own fields.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models

from config.web.text import characters
from config.web.text.characters import each_text, is_blank, one_line

if TYPE_CHECKING:
    _Base = models.Field[Any, Any]
else:
    _Base = object


class _Tidy(_Base):
    tidy = staticmethod(one_line)
    known_as = ""  # Django's name for the field, if it is another one

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return self._tidied(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """The row object gets the same value as the database: a mail may be made from it next."""
        value = super().pre_save(model_instance, add)
        if type(value) is str and (tidied := self._tidied(value)) != value:
            setattr(model_instance, self.attname, tidied)
            return tidied
        return value

    def to_python(self, value: Any) -> Any:
        """For forms and full_clean(): a text of which nothing can be seen is empty."""
        value = super().to_python(value)
        return _seen(self._tidied(value)) if isinstance(value, str) else value

    def _tidied(self, value: str) -> str:
        # Nearly all texts hold nothing to remove, and a request passes dozens of them here.
        return value if value.isascii() and value.isprintable() else self.tidy(value)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, f"django.db.models.{self.known_as or type(self).__name__}", args, kwargs


def _seen(text: str) -> str:
    """The text, or an empty one where nothing of it can be seen."""
    has_letters = text.isascii() and text.isprintable() and not text.isspace()
    return text if has_letters or not is_blank(text) else ""


class CharField(_Tidy, models.CharField):
    """One line: a name, a title, a note."""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": LineInput, **kwargs})


class ShortTextField(CharField):
    """A few lines."""

    tidy = staticmethod(characters.tidy)
    known_as = "CharField"

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": TextInput, **kwargs})


class SlugField(_Tidy, models.SlugField):
    pass


class URLField(_Tidy, models.URLField):
    pass


class EmailField(_Tidy, models.EmailField):
    pass


class TextField(_Tidy, models.TextField):
    tidy = staticmethod(characters.tidy)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": TextInput, **kwargs})


class JSONField(models.JSONField):
    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(each_text(value, characters.tidy), connection, prepared)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs


# Fields of forms


class _TidyInput(forms.CharField):
    tidy = staticmethod(one_line)

    def to_python(self, value: Any) -> Any:
        value = super().to_python(self.tidy(str(value)) if value else value)
        return _seen(value) if isinstance(value, str) else value

    def bound_data(self, data: Any, initial: Any) -> Any:
        """The typed text for a form with an error, without characters that a page cannot show."""
        return self.tidy(data) if isinstance(data, str) else data


class LineInput(_TidyInput):
    """One line of text."""


class TextInput(_TidyInput):
    widget = forms.Textarea
    tidy = staticmethod(characters.tidy)
