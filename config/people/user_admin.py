"""Accounts in the admin: by role, in words."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Count, Exists, ForeignObjectRel, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential

from config.people import security
from config.people.models import Profile, RecoveryCode, SecurityMail
from config.people.roles import (
    LastAdministrator,
    Role,
    give_roles,
    hold_accounts,
    keep_an_administrator,
    names_of,
    rank_of,
    roles_of,
    roles_to_give,
)
from config.web import audit
from config.web.editing.logged_settings import LoggedSettings
from config.web.models import MailChoice
from config.web.text.address_field import AddressField

Action = audit.AuditEntry.Action
# What belongs to the account itself. Everything else that names a person keeps the account.
# The audit log keeps the name beside the reference.
_OWN = {"totpdevice", "webauthncredential", "webauthnuserhandle", "moderatormail", "auditentry"}
_OWN |= {str(model._meta.model_name) for model in (Profile, RecoveryCode, MailChoice, SecurityMail)}


LAST_ADMINISTRATOR = gettext_lazy(
    "This is the last administrator. Make someone else an administrator first."
)


class RolesField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class PersonForm(forms.ModelForm):
    giving: list[Role] = []  # the roles that the person at the desk may give

    roles = RolesField(
        label=gettext_lazy("Roles"),
        required=False,
        choices=Role.choices,
        help_text=gettext_lazy("People without a role cannot log in to the desk."),
    )

    email = AddressField(label=gettext_lazy("Email address"), required=False)

    class Meta:
        model = User
        fields = ["first_name", "last_name", "email", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = self.fields.get("roles")
        if roles is not None and self.instance.pk:
            held = roles_of(self.instance)
            cast("Any", roles).choices = [
                (role.value, role.label) for role in Role if role in self.giving or role in held
            ]
            roles.initial = [role.value for role in held]

    def clean_roles(self) -> list[str]:
        """The roles that were chosen. Those that one may not give stay as they are."""
        chosen = set(self.cleaned_data["roles"])
        held = set(roles_of(self.instance)) if self.instance.pk else set()
        kept = (chosen & set(self.giving)) | (held - set(self.giving))
        return [role.value for role in Role if role.value in kept]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        roles = cleaned.get("roles", [Role.ADMINISTRATOR])
        stays = cleaned.get("is_active", True) and Role.ADMINISTRATOR in roles
        if self.instance.pk and not stays:
            try:
                keep_an_administrator([self.instance])
            except LastAdministrator:
                self.add_error(None, LAST_ADMINISTRATOR)
        return cleaned


admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class PersonAdmin(LoggedSettings, UserAdmin):
    form = PersonForm
    personal_fields = frozenset({"first_name", "last_name", "email"})
    logged_apart = frozenset({"is_active"})
    list_display = [
        "username",
        "name",
        "email",
        "roles_held",
        "is_active",
        "last_login",
        "has_two_factor",
    ]
    list_filter = ["is_active", "groups"]
    list_per_page = 50
    search_fields = ["username", "first_name", "last_name", "email"]
    readonly_fields = ["username", "last_login", "date_joined", "has_two_factor"]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["username", "first_name", "last_name", "email"]}),
        (gettext_lazy("Roles and permissions"), {"fields": ["roles", "is_active"]}),
        (
            gettext_lazy("Log-in details"),
            {"fields": ["last_login", "date_joined", "has_two_factor"]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        people = super().get_queryset(request).prefetch_related("groups")
        apps = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        passkeys = WebAuthnCredential.objects.filter(user=OuterRef("pk"), confirmed=True)
        return people.annotate(two_factor=Exists(apps) | Exists(passkeys))

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        if request.method == "POST" and transaction.get_connection().in_atomic_block:
            hold_accounts()  # the row is locked next
        return super().get_object(request, object_id, from_field)

    @transaction.atomic
    def response_action(
        self, request: HttpRequest, queryset: Any, *args: Any, **kwargs: Any
    ) -> Any:
        hold_accounts()
        parent: Any = super()
        return parent.response_action(request, queryset, *args, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if obj else [name for name in fields if name != "username"]

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.giving = roles_to_give(request.user)
        return form

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes an account that may do more."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or rank_of(obj) <= rank_of(cast("User", request.user)))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or rank_of(obj) <= rank_of(cast("User", request.user)))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Accounts on which work hangs are protected: their history would lose its names."""
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        protected += [
            _("%(name)s: deactivate the account instead. The name stays on the person's work.")
            % {"name": user}
            for user in objs
            if has_left_traces(user)
        ]
        try:
            with transaction.atomic():
                keep_an_administrator(objs)
        except LastAdministrator:
            protected.append(str(LAST_ADMINISTRATOR))
        return deleted, counts, perms_needed, protected

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data and change:
            earlier = form.initial.get("email", "")
            SecurityMail.objects.tell(obj, SecurityMail.Change.EMAIL, earlier_email=earlier)
        if "is_active" in form.changed_data and change:
            action = Action.ACTIVATED if obj.is_active else Action.DEACTIVATED
            name = obj.get_username()
            audit.record(action, by=cast("User", request.user), request=request, detail=name)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "roles" in form.cleaned_data:
            roles = form.cleaned_data["roles"]
            give_roles(form.instance, roles, by=request.user, request=request)

    def user_change_password(self, request: Any, id: str, form_url: str = "") -> HttpResponse:
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            security.password_changed(
                User.objects.get(pk=unquote(id)), by=request.user, request=request
            )
        return response

    def name_in_log(self, row: User) -> str:
        return row.get_username()

    @admin.display(description=gettext_lazy("name"), ordering="last_name")
    def name(self, user: User) -> str:
        return user.get_full_name() or "–"

    @admin.display(description=gettext_lazy("roles"))
    def roles_held(self, user: User) -> str:
        others = [group.name for group in user.groups.all() if group.name not in Role.values]
        held = roles_of(user)
        return ", ".join([*([names_of(held)] if held or not others else []), *others])

    @admin.display(description=gettext_lazy("second factor"), boolean=True)
    def has_two_factor(self, user: Any) -> bool:
        return bool(getattr(user, "two_factor", False))


@admin.register(Group)
class RoleAdmin(LoggedSettings, GroupAdmin):
    """Groups beyond the roles, for those who need one more."""

    list_display = ["name", "people"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).annotate(people_count=Count("user"))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not _is_role(obj)

    def instead_of_deleting(self, row: Group) -> str:
        text = _("“%s” is a built-in role. Remove it from the people who have it instead.")
        return text % row if _is_role(row) else ""

    @admin.display(description=gettext_lazy("people"))
    def people(self, group: Any) -> int:
        return int(group.people_count)


def _is_role(group: Any) -> bool:
    return group is not None and group.name in Role.values


def has_left_traces(user: User) -> bool:
    """Whether any row beyond the account's own names this person."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: user}).exists()
        for relation in User._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel)
        and not relation.related_model._meta.auto_created
        and relation.related_model._meta.model_name not in _OWN
    )
