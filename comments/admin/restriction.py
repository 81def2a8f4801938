"""Writers and networks whose comments are held or refused."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.models import Restriction
from comments.querysets import RESTRICTS_NETWORK
from config.web.editing.admin_search import WordSearch
from config.web.editing.logged_settings import LoggedSettings
from config.web.requests.client_address import shortened
from config.web.text.addresses import known_as, spelled

_NO_NETWORK = gettext_lazy("Enter an IP address or its network, such as 192.0.2.0/24.")
_NO_ADDRESS = gettext_lazy("Enter the whole address, such as name@example.org.")


class RestrictionForm(forms.ModelForm):
    class Meta:
        model = Restriction
        fields = ["kind", "value", "effect", "ends_at", "note"]
        help_texts = {
            "value": gettext_lazy(
                "Such as name@example.org or 192.0.2.0/24. An IP address is widened to its"
                " /24 or /48."
            ),
            "ends_at": gettext_lazy(
                "Leave empty to restrict a commenter for good. A network needs an end within"
                " 30 days."
            ),
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        is_network = given.get("kind") == Restriction.Kind.NETWORK
        if "value" in given and {"kind", "value"} & set(self.changed_data):
            value = given["value"]
            try:
                given["value"] = (
                    shortened(value.lower()) if is_network else known_as(spelled(value))
                )
            except ValueError:
                self.add_error("value", _NO_NETWORK if is_network else _NO_ADDRESS)
        if is_network and "ends_at" in given:
            latest = timezone.now() + RESTRICTS_NETWORK
            if given["ends_at"] is None or given["ends_at"] > latest:
                self.add_error(
                    "ends_at",
                    _("Enter an end within 30 days for a network. Networks change hands."),
                )
        return given


@admin.register(Restriction)
class RestrictionAdmin(WordSearch, LoggedSettings):
    form = RestrictionForm
    personal_fields = frozenset({"value", "note"})
    list_display = ["value", "kind", "effect", "ends_at", "who", "at", "note"]
    list_filter = ["kind", "effect"]
    list_select_related = ["by"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["value", "note"]
    search_help_text = gettext_lazy("Address, network or note, or part of one")

    @admin.display(description=gettext_lazy("by"))
    def who(self, restriction: Restriction) -> str:
        return str(restriction.by or "–")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.by = request.user
        super().save_model(request, obj, form, change)
