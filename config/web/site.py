"""The site's own name and addresses, for pages and mails."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


def absolute_url(path: str) -> str:
    """The public URL of a path of this site: from SITE_URL, never from a request's Host header."""
    return f"{settings.SITE_URL}{path}"


def public_url(view: str, *arguments: Any) -> str:
    """The public URL of a view by its name and arguments, such as ("comments:edit", token)."""
    return absolute_url(reverse(view, args=arguments))


def site(request: HttpRequest) -> dict[str, Any]:
    """Template context processor."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "canonical_url": absolute_url(request.path),
    }
