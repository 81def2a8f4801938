"""Invitations in the admin: who was asked, sent again, revoked."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from config.people.models import Invitation
from config.people.roles import NAMES, Role, has_address, roles_to_give
from config.web import audit
from config.web.text.address_field import AddressField

Action = audit.AuditEntry.Action
_STATES = {
    "waiting": gettext_lazy("pending"),
    "expired": gettext_lazy("link expired: send it again"),
    "accepted": gettext_lazy("accepted"),
    "revoked": gettext_lazy("revoked"),
}


class InvitationForm(forms.ModelForm):
    roles: list[Role] = []  # that the inviting person may give

    email = AddressField(label=gettext_lazy("Email address"), max_length=150)

    class Meta:
        model = Invitation
        fields = ["name", "email", "role", "author"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role.value, role.label) for role in self.roles]
        self.fields["role"] = forms.ChoiceField(
            label=gettext_lazy("Role"), choices=choices, widget=forms.RadioSelect
        )

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        taken = has_address(email) | Q(username__iexact=email)
        if get_user_model().objects.filter(taken).exists():
            raise forms.ValidationError(_("There is already an account with this address."))
        if Invitation.objects.pending().filter(email__iexact=email).exists():
            text = _(
                "This address has already been invited. Send the invitation again from the list."
            )
            raise forms.ValidationError(text)
        return email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("author") and cleaned.get("role") != Role.AUTHOR:
            self.add_error("author", _("Leave this empty. Only authors have an author page."))
        return cleaned


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("status")
    parameter_name = "state"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("pending", gettext_lazy("not accepted yet")),
            ("accepted", _STATES["accepted"]),
            ("revoked", _STATES["revoked"]),
        ]

    def queryset(self, request: Any, queryset: Any) -> Any:
        match self.value():
            case "pending":
                return queryset.pending()
            case "accepted":
                return queryset.exclude(accepted_at=None)
            case "revoked":
                return queryset.exclude(revoked_at=None)
        return queryset


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    form = InvitationForm
    list_display = ["name", "email", "role_name", "state", "invited_by", "invited_at"]
    list_filter = [StateFilter]
    list_select_related = ["invited_by"]
    list_per_page = 50
    search_fields = ["name", "email"]
    autocomplete_fields = ["author"]
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # it is sent again, or revoked

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.roles = roles_to_give(request.user)
        return form

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        send, revoke = (view(require_POST(step)) for step in (self.send_again, self.revoke))
        return [
            path("<int:pk>/send/", send, name="people_invitation_send"),
            path("<int:pk>/revoke/", revoke, name="people_invitation_revoke"),
            *super().get_urls(),
        ]

    def get_list_display(self, request: HttpRequest) -> Any:
        may_give = roles_to_give(cast("Any", request.user))

        @admin.display(description=gettext_lazy("actions"))
        def steps(invitation: Invitation) -> str:
            is_open = invitation.state in {"waiting", "expired"}
            if not is_open or invitation.role not in may_give:
                return "–"
            # Buttons of the form that surrounds the list, each with an address of its own.
            return format_html(
                '<button class="button" formaction="{}">{}</button> ' * 2,
                reverse("admin:people_invitation_send", args=[invitation.pk]),
                _("Send again"),
                reverse("admin:people_invitation_revoke", args=[invitation.pk]),
                _("Revoke"),
            )

        return [*super().get_list_display(request), steps]

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        obj.invited_by = cast("Any", request.user)
        super().save_model(request, obj, form, change)
        obj.send()
        detail = f"{obj.email}: {obj.role}"
        audit.record(Action.INVITED, by=obj.invited_by, request=request, detail=detail)

    def response_add(self, request: HttpRequest, obj: Invitation, *args: Any) -> HttpResponse:
        text = _("We have emailed %(name)s a link that works for %(days)s days.")
        days = Invitation.good_for().days
        messages.success(request, text % {"name": obj.name, "days": days})
        return HttpResponseRedirect(reverse("admin:people_invitation_changelist"))

    def send_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        invitation = self._to_change(request, pk)
        if invitation and invitation.send_again():
            detail = f"{invitation.email}: {invitation.role}"
            audit.record(
                Action.INVITED, by=cast("Any", request.user), request=request, detail=detail
            )
            messages.success(
                request, _("A new link has been sent. The earlier link no longer works.")
            )
        else:
            messages.warning(
                request, _("The invitation was already accepted or revoked. Nothing was sent.")
            )
        return HttpResponseRedirect(reverse("admin:people_invitation_changelist"))

    def revoke(self, request: HttpRequest, pk: int) -> HttpResponse:
        invitation = self._to_change(request, pk)
        if invitation and invitation.revoke():
            revoked = Action.INVITATION_REVOKED
            audit.record(
                revoked, by=cast("Any", request.user), request=request, detail=invitation.email
            )
            messages.success(request, _("The invitation is revoked. Its link no longer works."))
        else:
            messages.warning(
                request, _("The invitation was already accepted or revoked. Nothing was changed.")
            )
        return HttpResponseRedirect(reverse("admin:people_invitation_changelist"))

    def _to_change(self, request: HttpRequest, pk: int) -> Invitation | None:
        """The invitation, for people who might have sent it. Raises PermissionDenied for others."""
        invitation = Invitation.objects.filter(pk=pk).first()
        user = cast("Any", request.user)
        if not self.has_add_permission(request):
            raise PermissionDenied
        if invitation and invitation.role not in roles_to_give(user):
            raise PermissionDenied
        return invitation

    @admin.display(description=gettext_lazy("role"), ordering="role")
    def role_name(self, invitation: Invitation) -> Any:
        return NAMES[Role(invitation.role)]

    @admin.display(description=gettext_lazy("status"))
    def state(self, invitation: Invitation) -> Any:
        return _STATES[invitation.state]
