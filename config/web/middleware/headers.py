"""Security headers on every answer, wherever in the middleware it was made."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.middleware.security import SecurityMiddleware

OURS = {
    # Other origins may not embed our resources, and pages use none of the browser's powerful features.
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# Of the web server's own answers to what it cannot read, in which nothing is loaded and nothing runs. HSTS is not among
# them: whether such a request came by https is not known.
OF_NO_PAGE = OURS | {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# All that Colophon sends, in lower case. "Not modified" has those of the page that it stands for.
SECURITY_HEADERS = {name.lower() for name in (*OF_NO_PAGE, "Strict-Transport-Security")}


class SecurityHeadersMiddleware:
    """The outermost: an answer that one of Django's middlewares gives has not passed through those below it.

    Static files, the redirect to https, a host name that is not ours and the page of an outage are such answers. Each
    header is only added where it is not there yet.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.django = [
            middleware(get_response)
            for middleware in (
                SecurityMiddleware, XFrameOptionsMiddleware, ContentSecurityPolicyMiddleware,
            )
        ]  # fmt: skip

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response: Any = self.get_response(request)  # whichever kind
        for middleware in self.django:
            response = middleware.process_response(request, response)
        for name, value in OURS.items():
            response.headers.setdefault(name, value)
        return response
