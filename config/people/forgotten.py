"""A forgotten password: ask for a link by mail, then set a new one."""

from datetime import timedelta
from typing import Any

from axes.utils import reset as forgive
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from config.people import links
from config.people.models import PasswordRequest, SecurityMail
from config.web import audit
from config.web.requests.client_address import client_network
from config.web.requests.signed_links import behind_a_link
from config.web.requests.throttle import Limit, too_many
from config.web.text.address_field import AddressField

PER_NETWORK = Limit("password.network", times=10, period=timedelta(hours=1))
# Beyond it no mail is sent, and the answer does not tell.
PER_ADDRESS = Limit("password.address", times=3, period=timedelta(hours=1))
_TOO_MANY = ngettext_lazy(
    "Too many requests came from your network. Send again in %(minutes)s minute.",
    "Too many requests came from your network. Send again in %(minutes)s minutes.",
    "minutes",
)


class ForgottenForm(forms.Form):
    email = AddressField(
        label=gettext_lazy("Your email address"),
        error_messages={
            "required": gettext_lazy("Enter your email address, such as name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def save(self) -> None:
        address = self.cleaned_data["email"]
        if PER_ADDRESS.allows(address.lower()):
            PasswordRequest.objects.ask(address)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a link. A known and an unknown address get the same answer."""
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    if not PER_NETWORK.allows(client_network(request)):
        return too_many(_page, request, form, PER_NETWORK, _TOO_MANY)
    form.save()
    return HttpResponseRedirect(reverse("admin:forgotten_sent"), status=303)


def _page(request: HttpRequest, form: Any, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "title": _("Forgotten password")}
    return render(request, "admin/people/forgotten.html", context, status=status)


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The page after the request: look for our mail."""
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    context = {"hours": hours, "title": _("Check your email")}
    return render(request, "admin/people/forgotten_sent.html", context)


@sensitive_post_parameters()
@behind_a_link("admin/people")
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    """Set a new password. All sessions of the account end: they are bound to the old one."""
    user = links.user_behind(token)
    form = SetPasswordForm(user, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "account": user, "title": _("New password")}
        status = 422 if form.is_bound else 200
        return render(request, "admin/people/new_password.html", context, status=status)
    form.save()
    forgive(username=user.get_username())
    audit.record(audit.AuditEntry.Action.PASSWORD_RESET, by=user, request=request)
    SecurityMail.objects.tell(user, SecurityMail.Change.PASSWORD)
    messages.success(request, _("Your new password is set. Log in with it now."))
    return HttpResponseRedirect(reverse("admin:login"), status=303)
