"""Fields of the admin in which another row is searched for and chosen."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.http import HttpRequest

from config.web.database.keys import may_be_key


class ChosenRow(AutocompleteSelect):
    """Django's own widget asks the database for any text as a key, and fails."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, list(filter(may_be_key, value)), attrs)


class ChosenRelations(admin.options.BaseModelAdmin):
    """A part of SafeSaving, and of inlines with `autocomplete_fields`."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = ChosenRow(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
