"""Every form of the admin keeps what was typed when it cannot be saved.

- When the row has changed since it was opened, the form says so and shows both versions of each
  field (both_versions.py) and of the rows below (both_rows.py). Saving again saves what then stands
  in the form.
- A row that was deleted meanwhile comes back as a form that makes it anew.
- Two people who take one name at the same moment, or a full disk, are errors of the form.
"""

import re
from collections.abc import Iterator
from copy import copy
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db import IntegrityError, transaction
from django.forms.models import _get_foreign_key
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.database.keys import may_be_key
from config.web.editing import both_rows, both_versions
from config.web.editing.chosen_rows import ChosenRows
from config.web.editing.kept_forms import WISH, KeptForms
from config.web.editing.list_edits import noticing_others
from config.web.editing.moment_fields import MOMENTS
from config.web.editing.quick_lists import QuickList
from config.web.editing.related_rows import ChosenRelations
from config.web.editing.row_forms import with_lost_rows_as_new
from config.web.editing.row_state import OPENED, is_same_state, last_log_entry, state_of
from config.web.files.media_storage import no_orphans
from config.web.files.upload_limit import LostUpload
from config.web.files.whole_files import DISK_ERRORS

NO_ROOM = gettext_lazy(
    "The file could not be saved, because the server's disk is full or read-only. Nothing was"
    " saved, but what you typed is below. Tell the administrator of the server, then choose"
    " the file again and save."
)

_PATTERNS = {"regex", "iregex"}  # of lookups


class SafeSaving(ChosenRelations, KeptForms, ChosenRows):
    """The admin site adds this class to each of its classes."""

    # Fields outside the form whose change since it was opened counts, too.
    watched_fields: tuple[str, ...] = ()
    formfield_overrides = MOMENTS

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Refuse filters on which Django or PostgreSQL fail: patterns, years of other lengths."""
        parts = set(lookup.split("__"))
        if {"year", "iso_year"} & parts and not re.fullmatch("[12][0-9]{3}", str(value)):
            return False
        return not _PATTERNS & parts and super().lookup_allowed(lookup, value, request)

    # The form of one row

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new form is empty. Django fills it from the address, and fails on a time there."""
        return {}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> Any:
        if request.POST.get(WISH) == "discard":
            return self.discard_kept(request, object_id)
        if WISH in request.POST:
            reason = self.bring_back(request, object_id)
            if not reason:
                return HttpResponseRedirect(request.path)
            _refuse(request, reason)
        if name := request.POST.get(both_versions.EXCHANGE):
            data: Any = request.POST.copy()
            if name.startswith(both_rows.ROWS):
                both_rows.exchange_rows(data, name)
            else:
                both_versions.exchange(data, name)
            request.POST = data
            _refuse(request, _("Nothing is saved yet. Check the form, then save."))
        extra_context = {**(extra_context or {}), **self.kept_context(request, object_id)}
        arguments = (request, object_id, form_url, extra_context)
        if any(isinstance(upload, LostUpload) for upload in request.FILES.values()):
            _refuse(request, str(NO_ROOM))
        response = self._saved_or_shown(*arguments)
        if request.method == "POST" and isinstance(response, HttpResponseRedirect):
            self.forget_kept(request, object_id)
        return response

    def _saved_or_shown(self, request: HttpRequest, *arguments: Any) -> HttpResponse:
        try:
            return self._save_whole(request, *arguments)
        except IntegrityError:
            # Two people who save the same name or address in the same moment. The other row was not
            # there when the form looked. Now it is, and the form finds it.
            return self._once_more(request, *arguments)
        except OSError as error:
            if error.errno not in DISK_ERRORS:
                raise
            _refuse(request, str(NO_ROOM))
            return self._once_more(request, *arguments)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """The row. For a change it is locked, so that no older value is saved over a newer one."""
        row = super().get_object(request, object_id, from_field)
        if (
            row is None
            or request.method != "POST"
            or not transaction.get_connection().in_atomic_block
        ):
            return row
        locked = self.model._base_manager.select_for_update().filter(pk=row.pk)
        list(locked.values_list("pk"))
        return super().get_object(request, object_id, from_field)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form_class: Any = super().get_form(request, obj, change=change, **kwargs)
        if change and obj is not None:
            now = self._state(request, obj, {*form_class.base_fields, *self.watched_fields})
            setattr(request, OPENED, now)
            fields = both_versions.digests_of(obj, form_class.base_fields)
            setattr(request, both_versions.OPENED_FIELDS, fields)
            opened = request.POST.get(OPENED, "")
            if opened and not is_same_state(opened, now):
                _refuse(request, self._changed_meanwhile(obj, opened, request.path))
                self._keep_lost_rows(request, obj)
                self._compare(request, obj, form_class)
        reason = getattr(request, "refusal", "")
        if not reason:
            return form_class

        class RefusedForm(form_class):
            def full_clean(self) -> None:
                super().full_clean()
                if self.is_bound:
                    self.add_error(None, reason)

        return RefusedForm

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        context[OPENED] = getattr(request, OPENED, "")
        name = both_versions.OPENED_FIELDS
        context[name] = getattr(request, name, "")
        row, form = context.get("original"), context["adminform"].form
        context["may_save"] = (
            self.has_change_permission(request, row) if row else self.has_add_permission(request)
        )
        inlines = list(context.get("inline_admin_formsets", ()))
        formsets = [shown.formset for shown in inlines]
        labels = [capfirst(shown.opts.verbose_name_plural) for shown in inlines]
        context["differences"] = [
            *both_versions.differences(form, request.POST),
            *both_rows.row_differences(zip(formsets, labels, strict=True), request.POST),
        ]
        sent = request.POST.get(both_rows.OPENED_ROWS, "")
        opened = getattr(request, both_rows.OPENED_ROWS, sent)
        if request.method == "GET":
            opened = both_rows.digests_of_rows(formsets if context["may_save"] else [])
        context[both_rows.OPENED_ROWS] = opened
        return super().render_change_form(request, context, *args, **kwargs)

    def last_change(self, row: Any, opened: str) -> tuple[Any, Any]:
        """Who changed the row after it was opened, and when. (None, None) when it is not known."""
        entry = last_log_entry(row, opened)
        return (entry.user, entry.action_time) if entry else (None, None)

    @no_orphans()
    def _save_whole(self, *args: Any) -> HttpResponse:
        return super().changeform_view(*args)

    def _once_more(self, request: HttpRequest, *args: Any) -> HttpResponse:
        for _name, uploads in request.FILES.lists():
            for upload in uploads:
                upload.seek(0)
        return self._save_whole(request, *args)

    def _keep_lost_rows(self, request: HttpRequest, row: Any) -> None:
        """Keep rows below the form that were deleted while the form showed them."""
        data: Any = request.POST.copy()
        for formset, inline in self.get_formsets_with_inlines(request, row):
            existing = inline.model._base_manager.none()
            if row is not None:
                existing = inline.model._base_manager.filter(**{formset.fk.name: row.pk})
            with_lost_rows_as_new(data, formset, existing.values_list("pk", flat=True))
        request.POST = data

    def _compare(self, request: HttpRequest, row: Any, form_class: Any) -> None:
        """Put the other version of each field into the form."""
        data: Any = request.POST.copy()
        typed = form_class(data, instance=copy(row))
        both_versions.compare(typed, form_class(instance=row), data)
        saved = list(self._saved_rows(request, row))
        for rows in saved:
            both_rows.compare_rows(rows, data)
        setattr(request, both_rows.OPENED_ROWS, both_rows.digests_of_rows(saved))
        request.POST = data

    def _saved_rows(self, request: HttpRequest, row: Any) -> Iterator[Any]:
        """Formsets of the rows below as they are saved, those that the person may change."""
        for formset, inline in self.get_formsets_with_inlines(request, row):
            if inline.has_change_permission(request, row):
                prefix, queryset = formset.get_default_prefix(), inline.get_queryset(request)
                yield formset(instance=row, prefix=prefix, queryset=queryset)

    def _changed_meanwhile(self, row: Any, opened: str, address: str) -> str:
        person, time = self.last_change(row, opened)
        name = (person.get_full_name() or person.get_username()) if person else _("Someone")
        when = f" ({date_format(localtime(time), 'DATETIME_FORMAT')})" if time else ""
        text = _(
            "%(name)s changed this after you opened it%(time)s. Your changes are not saved"
            " yet. They are below as you typed them. Compare them with the saved version."
            " Save again to replace it."
        ) % {"name": name, "time": when}
        link = '{} <a href="{}" target="_blank" rel="noopener">{}</a>'
        return format_html(link, text, address, _("Open the saved version in a new tab"))

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """Keep the typed text of a row that was deleted. Otherwise do as Django does."""
        sent_form = request.method == "POST" and OPENED in request.POST
        if not sent_form or not self.has_add_permission(request):
            parent: Any = super()
            return parent._get_obj_does_not_exist_redirect(request, opts, object_id)
        text = _(
            "Someone deleted this after you opened it. What you typed is below. Save again to"
            " create it again."
        )
        _refuse(request, text)
        self._keep_lost_rows(request, None)
        add = reverse(f"admin:{opts.app_label}_{opts.model_name}_add")
        return self.changeform_view(request, None, add)

    # Deleting

    def instead_of_deleting(self, row: Any) -> str:
        """What to do first, or instead of deleting this row. "" if it may be deleted."""
        return ""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        deleted, counts, refused, protected = super().get_deleted_objects(objs, request)
        reasons = [reason for row in objs if (reason := self.instead_of_deleting(row))]
        if reasons and self.has_delete_permission(request):
            # The reason is not a missing permission.
            refused = refused - {self.opts.verbose_name}
            protected = [*protected, *reasons]
        return deleted, counts, refused, protected

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show the page again when the row has changed since the page listed what goes with it."""
        with transaction.atomic():
            row = self.get_object(request, unquote(object_id))
            reason = self.instead_of_deleting(row) if row is not None else ""
            if reason and self.has_delete_permission(request):
                messages.error(request, reason)
                name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
                return HttpResponseRedirect(reverse(name, args=[object_id]))
            if row is None or not self.has_delete_permission(request, row):
                return super().delete_view(request, object_id, extra_context)
            opened = request.GET.get(OPENED, "")
            now = self._state(request, row, {field.name for field in self.opts.get_fields()})
            if opened and is_same_state(opened, now):
                return super().delete_view(request, object_id, extra_context)
            if request.method == "POST" and not opened:
                return super().delete_view(request, object_id, extra_context)
        if opened:
            text = _("Nothing was deleted. This was changed after you opened it. Check it again.")
            messages.warning(request, text)
        query = request.GET.copy()
        query[OPENED] = now
        return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")

    def _state(self, request: HttpRequest, row: Any, names: set[str]) -> str:
        inlines = self.get_inline_instances(request, row)
        keys = [
            _get_foreign_key(self.model, inline.model, fk_name=inline.fk_name) for inline in inlines
        ]
        return state_of(row, names, keys)

    # The list

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[QuickList]:
        return QuickList

    # Its rows may have inputs.

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return noticing_others(super().get_changelist_form(request, **kwargs))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method != "POST" or "_save" not in request.POST:
            return super().changelist_view(request, extra_context)
        with transaction.atomic():
            sent = [
                value
                for name, value in request.POST.items()
                if name.startswith("form-") and name.endswith("-id")
            ]
            # A value that is no number is left to Django.
            numbers = [value for value in map(str, sent) if may_be_key(value)]
            rows = self.model._base_manager.filter(pk__in=numbers)
            list(rows.select_for_update().order_by("pk").values_list("pk"))
            return super().changelist_view(request, extra_context)


def _refuse(request: HttpRequest, reason: str) -> None:
    """Let the form of this request come back with its text and this sentence."""
    request.refusal = reason  # type: ignore[attr-defined]
