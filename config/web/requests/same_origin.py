"""Cross-site request forgery defence for forms on cookie-free, cacheable pages.

A token would need a cookie, and a page with it could not be cached. Instead the browser says where
a POST comes from (Fetch Metadata, or the older Origin of RFC 6454), as Go's CrossOriginProtection
does. Forms of people who are logged in keep Django's CSRF token.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt


def is_same_origin(request: HttpRequest) -> bool:
    """Whether a page of this site, or no page at all, started the request."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site:
        return fetch_site in {"same-origin", "none"}
    for header in ("Origin", "Referer"):
        if value := request.headers.get(header):
            here = f"{request.scheme}://{request.get_host()}"
            return _origin(value) in {_origin(settings.SITE_URL), _origin(here)}
    # No sign at all: no browser of the last ten years, so no reader's cookies or address are
    # abused.
    return True


def same_origin_required(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a view: 403 for a cross-origin POST. Switches the CSRF token off."""

    @csrf_exempt
    @wraps(view)
    def check_origin(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not is_same_origin(request):
            message = _(
                "This form was sent from another site. Open the page here and send it again."
            )
            return render(request, "403.html", {"message": message}, status=403)
        return view(request, *args, **kwargs)

    return check_origin


def tokenless_helper(*layout: Any, action: str = "", **attributes: str) -> FormHelper:
    """How crispy-forms writes a form without a CSRF token, for a view that checks the origin.

    `attributes` are those of FormHelper: `form_id`, `form_class`.
    """
    helper = FormHelper()
    helper.form_action = action
    helper.disable_csrf = True
    helper.layout = Layout(*layout)
    for name, value in attributes.items():
        setattr(helper, name, value)
    return helper


def _origin(url: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port as browsers compare them (RFC 6454). None for "null" and the like."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None
