"""Logging in: how often a password may be tried.

Tries are counted before the password is hashed, because the hash is what costs. Tries of strangers
do not lock out the owner of an account: a browser that has logged in to it before carries a signed
cookie and is counted apart (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
Besides, axes locks an account for one network.
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from math import ceil
from typing import Any

from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from config.people.roles import has_address
from config.people.two_factor.devices import has_second_factor
from config.web.requests.client_address import client_network
from config.web.requests.signed_links import BadLink, make_token, read_token
from config.web.requests.throttle import Limit
from config.web.text.addresses import LONGEST

# An editorial office shares a network. Its known browsers are not counted here.
PER_NETWORK = Limit("log-in.network", times=20, period=timedelta(minutes=10))
# From unknown browsers of all networks: 480 guesses a day.
PER_ACCOUNT = Limit("log-in.account", times=20, period=timedelta(hours=1))
PER_DEVICE = Limit("log-in.device", times=10, period=timedelta(minutes=15))

COOKIE = "colophon_device"
KNOWN_FOR = timedelta(days=180)
_PURPOSE = "log-in device"
_ACCOUNTS_KNOWN = 5  # of one browser

# How many threads of a process hash at once. The others go on serving pages.
HASHING_AT_ONCE = 1
_slots = threading.BoundedSemaphore(HASHING_AT_ONCE)
BUSY_SECONDS = 5
_KNOWN_WAIT_SECONDS = 10


class TooManyTries(Exception):
    """`why` is "network", "account" or "busy"; `retry_after` is in seconds."""

    def __init__(self, why: str, retry_after: int) -> None:
        super().__init__(why)
        self.why, self.retry_after = why, retry_after


class SecondStepNeeded(Exception):
    """The password of `user` was right, and a second factor is to follow."""

    def __init__(self, user: Any) -> None:
        super().__init__()
        self.user = user


class LogInForm(AdminAuthenticationForm):
    """Raises TooManyTries before it looks at the password, SecondStepNeeded after a right one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Username or email address")

    def clean_username(self) -> str:
        """The name of the account. Its address stands for it, in any spelling of its letters."""
        typed = str(self.cleaned_data["username"])
        if len(typed) > LONGEST:  # axes could not note it
            raise self.get_invalid_login_error()
        if "@" not in typed:
            return typed
        same = has_address(typed) | Q(username__iexact=typed)
        found = get_user_model().objects.filter(same).values_list("username", flat=True)[:2]
        return found[0] if len(found) == 1 else typed

    def clean(self) -> dict[str, Any]:
        username = self.cleaned_data.get("username")  # as accounts are looked up: after NFKC
        if self.request is None or not username or not self.cleaned_data.get("password"):
            return super().clean()  # hashes nothing
        is_known = count_try(self.request, username)
        with _hashing(patient=is_known):
            cleaned = super().clean()
        if has_second_factor(self.get_user()):
            raise SecondStepNeeded(self.get_user())
        return cleaned


def refuse(request: HttpRequest, problem: TooManyTries) -> HttpResponse:
    """The page that says when to try again, with status 429."""
    page = _refusal(problem.why, ceil(problem.retry_after / 60), get_language())
    response = HttpResponse(page, status=429)
    response.headers["Retry-After"] = str(problem.retry_after)
    return response


@cache
def _refusal(why: str, minutes: int, language: str | None) -> str:
    """The HTML of the page. It is made once: to refuse must cost less than to log in."""
    return render_to_string(
        "admin/lockout.html", {"why": why, "minutes": minutes, "site_name": settings.SITE_NAME}
    )


def locked_by_axes(request: HttpRequest, response: Any, credentials: Any) -> HttpResponse:
    """AXES_LOCKOUT_CALLABLE: the answer after too many wrong passwords from this network."""
    cool_off = timedelta(hours=settings.AXES_COOLOFF_TIME)
    return refuse(request, TooManyTries("password", int(cool_off.total_seconds())))


def passed_by_axes(request: HttpRequest, credentials: Any) -> bool:
    """AXES_WHITELIST_CALLABLE: known browsers are counted by this module alone."""
    return getattr(request, "is_known_device", False)


# Browsers that have logged in before


def is_known_device(request: HttpRequest, username: str) -> bool:
    """Whether this browser has logged in to the account before, and has not tried too often."""
    device, usernames = _device(request)
    known = username in usernames and PER_DEVICE.allows(f"{device} {username}")
    request.is_known_device = known  # type: ignore[attr-defined]
    return known


def remember_device(request: HttpRequest, response: HttpResponseBase) -> None:
    """Mark this browser, after a log-in, as known to the account."""
    device, usernames = _device(request)
    username = request.user.get_username()
    others = [name for name in usernames if name != username]
    response.set_cookie(
        COOKIE,
        make_token(_PURPOSE, [device, [*others, username][-_ACCOUNTS_KNOWN:]]),
        max_age=KNOWN_FOR,
        path=reverse("admin:login"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _device(request: HttpRequest) -> tuple[str, list[str]]:
    """The browser's number and the accounts that it has logged in to, from its cookie."""
    try:
        device, usernames = read_token(_PURPOSE, request.COOKIES.get(COOKIE, ""), max_age=KNOWN_FOR)
    except BadLink:
        return secrets.token_urlsafe(12), []
    return device, usernames


# Counting


def count_try(request: HttpRequest, username: str) -> bool:
    """Count one more password or code. Returns whether the browser is known to the account.

    Raises TooManyTries when it may not be looked at.
    """
    is_known = is_known_device(request, username)
    if not is_known:
        _count(PER_NETWORK, client_network(request), "network")
        _count(PER_ACCOUNT, username, "account")
    return is_known


def _count(limit: Limit, key: str, why: str) -> None:
    if not limit.allows(key):
        raise TooManyTries(why, limit.retry_after())


@contextmanager
def _hashing(*, patient: bool) -> Iterator[None]:
    """Take one of the slots. Without a free one, raise TooManyTries; `patient` waits for one."""
    if not _slots.acquire(timeout=_KNOWN_WAIT_SECONDS if patient else 0.0):
        raise TooManyTries("busy", BUSY_SECONDS)
    try:
        yield
    finally:
        _slots.release()
