"""What readers are told of changes: asked in an article's form, and where they are compared."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.models.scheduled_step import ChangeKind
from config.web.text.fields import TextInput


class ChangeKindField(forms.ChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("What to tell readers"),
            choices=ChangeKind.choices,
            widget=forms.RadioSelect,
            required=False,
            **kwargs,
        )


class CorrectionField(TextInput):
    """The entry of the corrections log."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("What was wrong and what is right"),
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
            help_text=_("For a correction. It is shown under the article and at /corrections/."),
            **kwargs,
        )


def require_kind(form: forms.BaseForm, *, kind: str, correction: str) -> None:
    """Add an error to each of the two fields that must be filled in before publishing."""
    chosen = form.cleaned_data.get(kind)
    if not chosen and kind not in form.errors:
        form.add_error(kind, _("Choose what to tell readers."))
    if chosen == ChangeKind.CORRECTION and not form.cleaned_data.get(correction):
        form.add_error(correction, _("Enter what was wrong and what is right."))
