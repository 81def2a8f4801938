from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from articles.models import FrontPage


@admin.register(FrontPage)
class FrontPageAdmin(admin.ModelAdmin):
    """There is one row. The list redirects to it."""

    autocomplete_fields = ["lead"]
    fieldsets = [
        (_("Lead"), {"fields": ["introduction", "lead", "lead_until"]}),
        (
            _("Sections"),
            {
                "fields": list(FrontPage.SECTIONS),
                "description": _(
                    "The section with the lowest number comes first. An empty field hides the"
                    " section. A section with nothing to show is left out."
                ),
            },
        ),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("admin:articles_frontpage_change", FrontPage.current().pk)
