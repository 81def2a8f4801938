"""Security headers on every answer, also on one that another middleware made."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.middleware.security import SecurityMiddleware

OURS = {
    # Other origins may not embed our resources, and pages use none of the browser's powerful
    # features.
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# Of the web server's own answers to what it cannot read, in which nothing is loaded and nothing
# runs. HSTS is not among them: whether such a request came by https is not known.
OF_NO_PAGE = OURS | {
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# All that Colophon sends, in lower case. "Not modified" has those of the page that it stands for.
SECURITY_HEADERS = {name.lower() for name in (*OF_NO_PAGE, "Strict-Transport-Security")}


class SecurityHeadersMiddleware:
    """Adds each header that is missing. It is the outermost middleware.

    A middleware's own answer does not pass the middlewares inside it. Such answers are static
    files, the redirect to https, the refusal of a wrong host name and the page of an outage.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        django = (SecurityMiddleware, XFrameOptionsMiddleware, ContentSecurityPolicyMiddleware)
        self.django = [middleware(get_response) for middleware in django]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response: Any = self.get_response(request)  # whichever kind
        for middleware in self.django:
            response = middleware.process_response(request, response)
        for name, value in OURS.items():
            response.headers.setdefault(name, value)
        return response
