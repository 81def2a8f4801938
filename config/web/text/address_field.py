"""The form field for an e-mail address, the same in all forms."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.text.addresses import LINE_BREAKS, LONGEST, spelled


class AddressField(forms.EmailField):
    """The typed address with its domain in the stored spelling (config.web.text.addresses)."""

    default_validators = []  # `spelled` does it, for any script of the domain
    default_error_messages = {
        "invalid": gettext_lazy("Enter a full email address, such as name@example.org.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": LONGEST, **kwargs})

    def to_python(self, value: Any) -> str:
        if LINE_BREAKS.search(str(value or "")):
            raise ValidationError(_("Enter the address without line breaks or control characters."))
        text = super().to_python(value) or ""
        if not text or len(text) > LONGEST:  # the field's own rules refuse it
            return text
        if "@" in text and not text.rpartition("@")[0].isascii():
            message = _(
                "Before the @, use only the letters a to z, digits and punctuation. Letters"
                " with accents are not possible. Email to other addresses does not always arrive."
            )
            raise ValidationError(message, code="invalid")
        try:
            return spelled(text)
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
