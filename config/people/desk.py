"""The desk as one person has it: in the own language, and after the set-up of a second factor."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation

from config.people.models import Profile
from config.people.two_factor.devices import has_second_factor, is_required_for

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_DESK = "/admin/"
_LANGUAGE = "desk_language"
_MUST_SET_UP = "must_set_up_second_factor"
# Where people without a second factor that they must have may go.
_OPEN = {"login", "logout", "password_change", "password_change_done", "jsi18n", "second_step"}


def prepare(request: HttpRequest, user: "User") -> None:
    """Keep in the session of somebody who logs in what each page of the desk asks for."""
    if not user.is_staff:
        return
    own = Profile.objects.filter(user=user).first()
    use_language(request, own.language if own else "")
    if is_required_for(user) and not has_second_factor(user):
        request.session[_MUST_SET_UP] = True


def use_language(request: HttpRequest, language: str) -> None:
    """Show the desk in this language for the rest of the session; in the site's if it is empty."""
    if language:
        request.session[_LANGUAGE] = language
    else:
        request.session.pop(_LANGUAGE, None)


def second_factor_is_set_up(request: HttpRequest) -> None:
    request.session.pop(_MUST_SET_UP, None)


def must_set_up(request: HttpRequest) -> bool:
    return bool(request.session.get(_MUST_SET_UP))


class DeskMiddleware:
    """It stands after the middleware of sessions, and does nothing for pages of readers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(_DESK):
            return self.get_response(request)
        language = request.session.get(_LANGUAGE)
        with translation.override(language) if language else nullcontext():
            return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponseBase | None:
        match = request.resolver_match
        if match is None or match.namespace != "admin" or not must_set_up(request):
            return None
        name = match.url_name or ""
        if name in _OPEN or name.startswith("own_"):
            return None
        return HttpResponseRedirect(reverse("admin:own_two_factor"))
