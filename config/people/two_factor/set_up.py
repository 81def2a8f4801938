"""The page on which a person sets up, and takes away, the own second factors."""

from typing import TYPE_CHECKING, Any, cast

import segno
from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from config.people import desk, security
from config.people.models import SecurityMail
from config.people.two_factor import devices
from config.web.text.fields import LineInput

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_KEY = "key_of_new_app"


class AppForm(forms.Form):
    code = LineInput(
        label=gettext_lazy("Code shown in the app"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class PasswordForm(forms.Form):
    """An unattended screen must not be enough to take a factor away."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, data: Any = None, *, user: "User") -> None:
        super().__init__(data)
        self.user = user

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("This password is wrong. Enter your password."))
        return password


def overview(request: HttpRequest) -> HttpResponse:
    """What the person has."""
    return _page(request)


@require_http_methods(["GET", "HEAD", "POST"])
def add_app(request: HttpRequest) -> HttpResponse:
    """Show the key of a new authenticator app, and keep it once the app shows the right code."""
    user = cast("User", request.user)
    if devices.apps_of(user):
        return redirect("admin:own_two_factor")
    key = request.session.setdefault(_KEY, default_key())
    form = AppForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        code = "".join(form.cleaned_data["code"].split())
        if devices.add_app(user, key, code):
            del request.session[_KEY]
            desk.second_factor_is_set_up(request)
            security.factor_added(user, request=request, kind="app")
            return _with_new_codes(request, user)
        text = _(
            "This code is wrong or too old. Enter the code that the app shows now. If it is"
            " refused again, check the clock of the device."
        )
        form.add_error("code", text)
    address = TOTPDevice(user=user, key=key).config_url
    # Without style and script.
    picture = segno.make(address, error="m").svg_inline(
        scale=5, border=4, dark="#000", light="#fff", omitsize=False, svgclass="qr"
    )
    context = {
        **admin.site.each_context(request),
        "title": _("Set up an authenticator app"),
        "form": form,
        "address": address,
        "secret": address.partition("secret=")[2].partition("&")[0],
        "picture": mark_safe(picture),  # noqa: S308 - drawn by the library from our text
    }
    return TemplateResponse(request, "admin/people/add_app.html", context)


@require_POST
@sensitive_post_parameters("password")
def new_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes, which are shown once."""
    user = cast("User", request.user)
    form = PasswordForm(request.POST, user=user)
    if not devices.has_second_factor(user):
        return redirect("admin:own_two_factor")
    if not form.is_valid():
        return _page(request, form)
    SecurityMail.objects.tell(user, SecurityMail.Change.CODES)
    return _with_new_codes(request, user)


@require_POST
@sensitive_post_parameters("password")
def remove(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Take away one device. With the last one the recovery codes go, too."""
    user = cast("User", request.user)
    form = PasswordForm(request.POST, user=user)
    if not form.is_valid():
        return _page(request, form)
    owned = devices.apps_of(user) if kind == "app" else devices.passkeys_of(user)
    if device := next((device for device in owned if device.pk == pk), None):
        device.delete()
        security.factor_removed(user, request=request, kind=kind)
        messages.success(request, _("Removed."))
    if not devices.has_second_factor(user):
        user.recovery_codes.all().delete()
        desk.prepare(request, user)
    return redirect("admin:own_two_factor")


def _with_new_codes(request: HttpRequest, user: "User") -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("Your recovery codes"),
        "codes": devices.new_recovery_codes(user),
    }
    response = TemplateResponse(request, "admin/people/recovery_codes.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(request: HttpRequest, form: PasswordForm | None = None) -> HttpResponse:
    user = cast("User", request.user)
    context = {
        **admin.site.each_context(request),
        "title": _("Second factor"),
        "apps": devices.apps_of(user),
        "passkeys": devices.passkeys_of(user),
        "codes_left": user.recovery_codes.count(),
        "is_required": devices.is_required_for(user),
        "form": form or PasswordForm(user=user),
    }
    return TemplateResponse(request, "admin/people/two_factor.html", context)
