"""Writers: what is kept of an address, to hand it over or to erase it for its owner."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from comments.admin.logs import ReadOnly
from comments.models import Writer
from comments.moderating.history import history_in_words
from comments.moderating.moderators import require
from comments.writers import privacy
from config.web import audit
from config.web.text.addresses import known_as

# At first only superusers have it.
ERASE = "comments.delete_writer"


@admin.register(Writer)
class WriterAdmin(ReadOnly):
    list_display = ["email", "first_seen_at", "approved", "rejected", "spam", "verified_at"]
    fields = ["email", "first_seen_at", "approved", "rejected", "spam", "verified_at", "muted_at"]
    search_fields = ["email"]
    search_help_text = gettext_lazy("Start of an email address")
    change_form_template = "admin/comments/writer.html"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Writer], search_term: str
    ) -> tuple[QuerySet[Writer], bool]:
        """Search the beginning of an address by its index. Addresses are kept in one spelling."""
        return queryset.filter(email__startswith=known_as(search_term)), False

    def get_urls(self) -> list[URLPattern]:
        protected = self.admin_site.admin_view
        return [
            path("<int:pk>/data/", protected(erase), name="comments_writer_data"),
            path("<int:pk>/data.json", protected(export), name="comments_writer_export"),
            *super().get_urls(),
        ]


class EraseForm(forms.Form):
    address = forms.CharField(
        label=gettext_lazy("Enter the address to erase everything that came from it"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, writer: Writer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.writer = writer

    def clean_address(self) -> str:
        if known_as(self.cleaned_data["address"]) != known_as(self.writer.email):
            raise forms.ValidationError(_("Enter the address that is shown on this page."))
        return self.writer.email


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """A summary of what is kept of an address, and the form that erases it."""
    user = require(request, ERASE)
    writer = get_object_or_404(Writer, pk=pk)
    form = EraseForm(request.POST if request.method == "POST" else None, writer=writer)
    if form.is_valid():
        privacy.erase(writer.email, by=user)
        messages.success(request, _("Everything from this address is erased."))
        return redirect("admin:comments_writer_changelist")
    context = {
        **admin.site.each_context(request),
        "title": _("Everything from one address"),
        "opts": Writer._meta,
        "writer": writer,
        "history": history_in_words(writer),
        "form": form,
    }
    return TemplateResponse(
        request, "admin/comments/writer_data.html", context, status=422 if form.errors else 200
    )


@never_cache
@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The file that the owner of the address can ask for, too."""
    user = require(request, ERASE)
    exported = audit.AuditEntry.Action.EXPORTED
    audit.record(exported, by=user, request=request, detail=f"writer {pk}")
    return privacy.export_file(get_object_or_404(Writer, pk=pk).email)
