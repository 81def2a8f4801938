"""Passkeys (WebAuthn): four addresses that the page's script talks to in JSON."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.utils import rewrite_exceptions

from config.people import desk, security
from config.people.two_factor import second_step
from config.web.text.characters import one_line
from config.web.text.json_text import read_json

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_STATE = "passkey_state"
_NAME_LENGTH = 60
_View = Callable[[HttpRequest, Any], HttpResponseBase]


class PasskeyHelper(WebAuthnHelper):
    """Knows the site by its own setting."""

    def get_relying_party_domain(self) -> str:
        return urlsplit(settings.SITE_URL).hostname or ""

    def get_allowed_origins(self) -> list[str]:
        return [settings.SITE_URL]


class NotUnderstood(Exception):
    """What the browser sent is no answer of a passkey."""


def _in_json(view: _View) -> Callable[[HttpRequest], HttpResponseBase]:
    """Decorate `view(request, sent)`, which gets the object that was sent; 400 for others."""

    @require_POST
    @wraps(view)
    def page(request: HttpRequest) -> HttpResponseBase:
        try:
            sent = read_json(request.body or b"{}")
            if not isinstance(sent, dict):
                raise NotUnderstood
            return view(request, sent)
        except (NotUnderstood, OTPWebAuthnApiError, ValueError):
            return JsonResponse(
                {"problem": _("The passkey was not accepted. Try it again.")}, status=400
            )

    return page


# To add one, logged in


@_in_json
def begin_adding(request: HttpRequest, sent: Any) -> HttpResponseBase:
    options, state = PasskeyHelper(request).register_begin(user=request.user)
    request.session[_STATE] = state
    return JsonResponse(options)


@_in_json
def add(request: HttpRequest, sent: Any) -> HttpResponseBase:
    user = cast("User", request.user)
    state = _taken_state(request)
    name = one_line(str(sent.pop("name", "")))[:_NAME_LENGTH] or _("Passkey")
    device = _checked(lambda: PasskeyHelper(request).register_complete(user, state, sent))
    device.name = name
    device.save(update_fields=["name"])
    desk.second_factor_is_set_up(request)
    security.factor_added(user, request=request, kind="passkey")
    messages.success(request, _("The passkey was added."))
    return JsonResponse({"next": ""})


# To log in by one, after the password


@_in_json
def begin_using(request: HttpRequest, sent: Any) -> HttpResponseBase:
    user = second_step.waiting_user(request)
    if user is None:
        raise NotUnderstood
    options, state = PasskeyHelper(request).authenticate_begin(
        user, require_user_verification=False
    )
    request.session[_STATE] = state
    return JsonResponse(options)


@_in_json
def use(request: HttpRequest, sent: Any) -> HttpResponseBase:
    user = second_step.waiting_user(request)
    if user is None:
        raise NotUnderstood
    state = _taken_state(request)
    if refusal := second_step.count_try(request, user):
        return refusal
    try:
        device = _checked(lambda: PasskeyHelper(request).authenticate_complete(user, state, sent))
        if not device.confirmed:
            raise NotUnderstood
    except (NotUnderstood, OTPWebAuthnApiError):
        second_step.note_failure(request, user, "passkey")
        raise
    answer = second_step.finish(request, user)
    response = JsonResponse({"next": answer.headers["Location"]})
    response.cookies = answer.cookies
    return response


def _taken_state(request: HttpRequest) -> dict[str, Any]:
    """The challenge that was sent, which is good for one answer."""
    state = request.session.pop(_STATE, None)
    request.session.save()
    if state is None:
        raise NotUnderstood
    return cast("dict[str, Any]", state)


def _checked(ceremony: Callable[[], Any]) -> Any:
    """The result of the library. Raises NotUnderstood for an answer that it cannot read."""
    try:
        with rewrite_exceptions():
            return ceremony()
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotUnderstood from error
