from typing import Any

from django.contrib import admin
from django.forms.models import BaseInlineFormSet, BaseModelFormSet
from django.http import HttpRequest
from django.utils.functional import cached_property


def _name_inputs(form: Any) -> None:
    """Name the inputs of a table for screen readers. Others see the heads of its columns."""
    for field in form.fields.values():
        field.widget.attrs.setdefault("aria-label", str(field.label or ""))


class LabelledFormSet(BaseInlineFormSet):
    """Rows of an inline table."""

    @cached_property
    def empty_form(self) -> Any:
        """Made once: the admin asks for it a dozen times."""
        return super().empty_form

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        _name_inputs(form)


class _ListFormSet(BaseModelFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        _name_inputs(form)


class LabelledList(admin.ModelAdmin):
    """A list with inputs in its rows."""

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_formset(request, formset=_ListFormSet, **kwargs)
