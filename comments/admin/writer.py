"""Those who comment, and what the law gives them: everything of an address, to hand over or to erase."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from comments.admin.logs import ReadOnly
from comments.models import Writer
from comments.writers import privacy
from comments.writers.history import history_in_words
from config.web.text.addresses import known_as

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# Nobody has it but superusers, until one gives it to somebody.
ERASE = "comments.delete_writer"


@admin.register(Writer)
class WriterAdmin(ReadOnly):
    list_display = ["email", "first_seen_at", "approved", "rejected", "spam", "verified_at"]
    fields = ["email", "first_seen_at", "approved", "rejected", "spam", "verified_at", "muted_at"]
    search_fields = ["email"]
    search_help_text = gettext_lazy("Beginning of an e-mail address")
    change_form_template = "admin/comments/writer.html"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Writer], search_term: str
    ) -> tuple[QuerySet[Writer], bool]:
        """The beginning only, which an index finds. Addresses are kept in one spelling."""
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
        label=gettext_lazy("Type the address to erase everything that came from it"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, writer: Writer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.writer = writer

    def clean_address(self) -> str:
        if known_as(self.cleaned_data["address"]) != known_as(self.writer.email):
            raise forms.ValidationError(_("This is not the address of this page."))
        return self.writer.email


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """What is kept of an address, and the form that erases it."""
    writer = _writer(request, pk)
    form = EraseForm(request.POST if request.method == "POST" else None, writer=writer)
    if form.is_valid():
        privacy.erase(writer.email, by=cast("User", request.user))
        messages.success(request, _("Everything of this address is erased."))
        return redirect("admin:comments_writer_changelist")
    context = {
        **admin.site.each_context(request),
        "title": _("Everything of one address"),
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
    """The same as its owner can ask for."""
    data = privacy.export(_writer(request, pk).email)
    response = JsonResponse(data, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response.headers["Content-Disposition"] = 'attachment; filename="comments.json"'
    return response


def _writer(request: HttpRequest, pk: int) -> Writer:
    if not request.user.has_perm(ERASE):
        raise PermissionDenied
    return get_object_or_404(Writer, pk=pk)
