"""The pages about people in the admin that belong to no model."""

from typing import Any

from django.urls import URLPattern, path

from config.people import audit_log, forgotten, joining, own_settings
from config.people.two_factor import passkeys, second_step, set_up


def people_urls(site: Any) -> list[URLPattern]:
    """Pages for people who are logged in, and pages that lead there."""
    inside: list[tuple[str, Any, str]] = [
        ("you/", own_settings.own_settings, "own_settings"),
        ("you/second-factor/", set_up.overview, "own_two_factor"),
        ("you/second-factor/app/", set_up.add_app, "own_two_factor_app"),
        ("you/second-factor/codes/", set_up.new_codes, "own_two_factor_codes"),
        ("you/second-factor/<slug:kind>/<int:pk>/remove/", set_up.remove, "own_two_factor_remove"),
        ("you/second-factor/passkey/begin/", passkeys.begin_adding, "own_passkey_begin"),
        ("you/second-factor/passkey/", passkeys.add, "own_passkey_add"),
        ("audit-log/", audit_log.audit_log, "audit_log"),
    ]
    outside: list[tuple[str, Any, str]] = [
        # Below the log-in, where the cookie of known browsers goes.
        ("login/second/", second_step.second_step, "second_step"),
        ("login/second/passkey/begin/", passkeys.begin_using, "passkey_begin"),
        ("login/second/passkey/", passkeys.use, "passkey_use"),
        ("forgotten/", forgotten.ask, "forgotten"),
        ("forgotten/sent/", forgotten.sent, "forgotten_sent"),
        ("new-password/<str:token>/", forgotten.new_password, "new_password"),
        ("invitation/<str:token>/", joining.join, "invitation"),
    ]
    return [
        *(path(place, site.admin_view(view), name=name) for place, view, name in inside),
        *(path(place, site.outside_view(view), name=name) for place, view, name in outside),
    ]
