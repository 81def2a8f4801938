"""The second step of a log-in: the password was right, and a second factor is asked for."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model, login
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from config import log_in
from config.people.two_factor.devices import accepts, apps_of, passkeys_of
from config.web.text.fields import LineInput

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_WAITING = "second_step"
GOOD_FOR = timedelta(minutes=10)
_BACKEND = "django.contrib.auth.backends.ModelBackend"


class CodeForm(forms.Form):
    code = LineInput(
        label=gettext_lazy("Code"),
        max_length=40,
        error_messages={
            "required": gettext_lazy("Enter the code from your app, or a recovery code.")
        },
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        ),
    )


def begin(request: HttpRequest, user: "User") -> HttpResponse:
    """Remember whose password was right, and go on to the second step."""
    # A new session: a planted one must not become logged in.
    request.session.flush()
    request.session[_WAITING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "until": (timezone.now() + GOOD_FOR).timestamp(),
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return HttpResponseRedirect(reverse("admin:second_step"))


def waiting_user(request: HttpRequest) -> "User | None":
    """Whose second factor is awaited; None when nobody's is, or the first step was too long ago."""
    waiting = request.session.get(_WAITING)
    if not waiting or waiting["until"] < timezone.now().timestamp():
        return None
    user = get_user_model().objects.filter(pk=waiting["user"], is_active=True).first()
    # Not after a change of the password in the meantime.
    return user if user and user.get_session_auth_hash() == waiting["hash"] else None


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponseBase:
    """Ask for a code, or a passkey, and log the person in."""
    user = waiting_user(request)
    if user is None:
        return HttpResponseRedirect(reverse("admin:login"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, user, form)
    if refusal := count_try(request, user):
        return refusal
    if accepts(user, form.cleaned_data["code"]):
        return finish(request, user)
    note_failure(request, user)
    form.add_error(
        "code", _("This code is wrong or has been used. Enter the next code from your app.")
    )
    return _page(request, user, form)


def count_try(request: HttpRequest, user: "User") -> HttpResponse | None:
    """The limits of log-ins count codes, too. Returns the page that refuses the try, or None."""
    try:
        log_in.count_try(request, user.get_username())
    except log_in.TooManyTries as problem:
        return log_in.refuse(request, problem)
    if not AxesProxyHandler.is_allowed(request, {"username": user.get_username()}):
        return log_in.locked_by_axes(request, None, None)
    return None


def note_failure(request: HttpRequest, user: "User", wrong: str = "code") -> None:
    """Let axes and the audit log know of a wrong second factor."""
    credentials = {"username": user.get_username()}
    user_login_failed.send(__name__, credentials=credentials, request=request, wrong=wrong)


def finish(request: HttpRequest, user: "User") -> HttpResponse:
    """Log the person in, and go to the page that was wanted at first."""
    wanted = request.session[_WAITING]["next"]
    del request.session[_WAITING]
    login(request, user, backend=_BACKEND)
    if not url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        wanted = reverse("admin:index")
    response = HttpResponseRedirect(wanted)
    log_in.remember_device(request, response)
    return response


def _page(request: HttpRequest, user: "User", form: CodeForm) -> HttpResponse:
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Log in: second step"),
        "form": form,
        "has_app": bool(apps_of(user)),
        "has_passkey": bool(passkeys_of(user)),
        "site_name": settings.SITE_NAME,
    }
    return render(request, "admin/people/second_step.html", context)
