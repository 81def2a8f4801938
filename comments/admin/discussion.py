"""The settings of the discussion, and the sentences to choose from when rejecting."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from comments.models import DiscussionSettings, RejectionReason
from config.web.editing.labels import LabelledList
from config.web.editing.logged_settings import LoggedSettings


@admin.register(DiscussionSettings)
class DiscussionSettingsAdmin(LoggedSettings):
    """There is one row. The list redirects to it."""

    fieldsets = [
        (_("Readers"), {"fields": ["rules", "close_after_days"]}),
        (_("Moderation"), {"fields": ["trust_after", "alarm_after_hours"]}),
        (
            _("Against spam"),
            {"fields": ["hold_links", "hold_words", "reject_words", "use_learned_filter"]},
        ),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("admin:comments_discussionsettings_change", DiscussionSettings.current().pk)


@admin.register(RejectionReason)
class RejectionReasonAdmin(LabelledList, LoggedSettings):
    list_display = ["text", "position"]
    list_editable = ["position"]
    ordering = ["position", "pk"]
    fields = ["text", "position"]
