"""Redirects in the admin: editing, import from CSV and export as CSV."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from config.moving.models import Redirect
from config.moving.redirects import as_csv, read_csv
from config.web import audit
from config.web.editing.logged_settings import LoggedSettings
from config.web.requests.capped_paging import CappedPaginator

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_MOST_BYTES = 10_000_000
_SHOWN = 20  # lines with a mistake


class RedirectsFile(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy(
            "Three columns: former address, new address, and 301, 302 or 410. All lines are taken,"
            " or none."
        ),
    )

    def clean_file(self) -> Any:
        """Store the redirects. The errors name the lines that keep the file from being taken."""
        file = self.cleaned_data["file"]
        if file.size > _MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB."))
        try:
            text = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("Save the file as UTF-8 and try again.")) from error
        self.written, problems = read_csv(text)
        if problems:
            line = _("Line %s")
            raise forms.ValidationError([line % problem for problem in problems[:_SHOWN]])
        return file


@admin.register(Redirect)
class RedirectAdmin(LoggedSettings):
    list_display = ["path", "leads_to", "status", "hits", "last_hit_at"]
    list_filter = ["status"]
    list_select_related = ["article"]
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["path", "target", "note"]
    search_help_text = gettext_lazy("Part of an address or note")
    autocomplete_fields = ["article"]
    fields = ["path", "article", "target", "status", "note"]
    change_list_template = "admin/moving/redirects.html"

    @admin.display(description=gettext_lazy("leads to"))
    def leads_to(self, redirect: Redirect) -> str:
        return redirect.leads_to or "–"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("export/", view(require_safe(self.export)), name="moving_redirect_export"),
            path("import/", view(self.take_file), name="moving_redirect_import"),
            *super().get_urls(),
        ]

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """All redirects as a CSV file, which `take_file` reads again."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        exported = audit.AuditEntry.Action.EXPORTED
        audit.record(exported, by=cast("User", request.user), request=request, detail="redirects")
        rows = Redirect.objects.select_related("article").order_by("path").iterator()
        response = StreamingHttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="redirects.csv"'
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def take_file(self, request: HttpRequest) -> HttpResponse:
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied
        form = RedirectsFile(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            imported, user = audit.AuditEntry.Action.IMPORTED, cast("User", request.user)
            detail = f"{form.written} redirects"
            audit.record(imported, by=user, request=request, detail=detail)
            text = ngettext("%d redirect was saved.", "%d redirects were saved.", form.written)
            messages.success(request, text % form.written)
            return HttpResponseRedirect(reverse("admin:moving_redirect_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("Import redirects"),
            "form": form,
        }
        return render(request, "admin/moving/redirects_file.html", context)
