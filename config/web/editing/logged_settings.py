"""Settings in the admin: the audit log says who changed which field, from what to what."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import translation
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from config.web import audit
from config.web.editing.both_versions import readable, sent_by_widget

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_MOST = 100  # characters of a value


class LoggedSettings(admin.ModelAdmin):
    """Rows that are settings. Each changed field is an entry of the audit log."""

    # Entries stay when a person asks to be forgotten: these fields are named without their values.
    personal_fields: frozenset[str] = frozenset()
    # Fields that have entries of another kind.
    logged_apart: frozenset[str] = frozenset()

    def name_in_log(self, row: Any) -> str:
        """Which row it is, in the site's language. Rows with personal fields go by their number."""
        kind = capfirst(str(self.opts.verbose_name))
        name = str(row.pk) if self.personal_fields else f"“{row}”"
        return kind if kind == str(row) else f"{kind} {name}"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        with translation.override(settings.LANGUAGE_CODE):
            said = self._changes(obj, form) if change else [_("added")]
            self._log(request, self.name_in_log(obj), said)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            self._log(request, self.name_in_log(obj), [_("deleted")])
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            for row in queryset:
                self._log(request, self.name_in_log(row), [_("deleted")])
        super().delete_queryset(request, queryset)

    def _changes(self, row: Any, form: Any) -> Iterable[str]:
        own = {field.name: field for field in (*self.opts.concrete_fields, *self.opts.many_to_many)}
        for name in form.changed_data:
            if name not in own or name in self.logged_apart:
                continue
            label = str(own[name].verbose_name)
            if name in self.personal_fields:
                yield label
            else:
                old = _values(form, name, form.initial.get(name))
                yield f"{label}: {_change(old, _values(form, name, form.cleaned_data[name]))}"

    def _log(self, request: HttpRequest, name: str, said: Iterable[str]) -> None:
        action, person = audit.AuditEntry.Action.SETTINGS_CHANGED, cast("User", request.user)
        for words in said:
            audit.record(action, by=person, request=request, detail=f"{name}: {words}")


def _values(form: Any, name: str, value: Any) -> list[str]:
    """What people read of a field: its chosen rows one by one, its text line by line."""
    field = form.fields[name]
    if isinstance(field, forms.ModelMultipleChoiceField):
        return [str(row) for row in value or ()]
    sent = sent_by_widget(field.widget, name, field.prepare_value(value))
    return readable(field, sent).splitlines()


def _change(old: list[str], new: list[str]) -> str:
    """Such as "3 → 5"; of several lines those that came and those that went."""
    if len(old) < 2 and len(new) < 2:
        return " → ".join(Truncator("".join(lines) or "–").chars(_MOST) for lines in (old, new))
    lines = [f"+ {line}" for line in new if line not in old]
    lines += [f"- {line}" for line in old if line not in new]
    return ", ".join(Truncator(line).chars(_MOST) for line in lines) or _("in another order")
