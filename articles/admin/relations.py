from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.http import HttpRequest

from config.web.database.keys import may_be_key


class ChosenRow(AutocompleteSelect):
    """Django's own widget asks the database for any text as a key, and fails."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, list(filter(may_be_key, value)), attrs)


class RelatedRows(admin.options.BaseModelAdmin):
    """Topics and people in an article's form: found by their first letters, never deleted there."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = ChosenRow(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False
        return field
