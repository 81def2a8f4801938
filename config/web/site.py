"""The site's own name and addresses, for pages and mails."""

import re
from functools import cache
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

_SLUG = re.compile(r"[-a-zA-Z0-9_]+")  # of Django's path converter
_PLACE = "here-comes-the-slug"


def absolute_url(path: str) -> str:
    """The public URL of a path of this site: from SITE_URL, never from a request's Host header."""
    return f"{settings.SITE_URL}{path}"


def whole_address(address: str) -> str:
    """The public URL of a media or static file, which may be on another host already."""
    return urljoin(settings.SITE_URL, address)


def shown_media(address: str) -> str:
    """Where browsers load a file whose address here is `address`: a CDN, if one is set."""
    if not settings.MEDIA_CDN_URL:
        return address
    return f"{settings.MEDIA_CDN_URL}/{address.removeprefix(settings.MEDIA_URL)}"


def public_url(view: str, *arguments: Any) -> str:
    """The public URL of a view by its name and arguments, such as ("comments:edit", token)."""
    return absolute_url(reverse(view, args=arguments))


def address_of(view: str, slug: str) -> str:
    """`reverse(view, args=[slug])`, from an address that is reversed once for all slugs.

    Lists ask for some hundred addresses. Raises NoReverseMatch when the text is no slug.
    """
    if not _SLUG.fullmatch(slug):
        return reverse(view, args=[slug])
    before, after = _around_slug(view, get_script_prefix())
    return f"{before}{slug}{after}"


@cache
def _around_slug(view: str, _script_prefix: str) -> tuple[str, str]:
    before, _place, after = reverse(view, args=[_PLACE]).partition(_PLACE)
    return before, after


def site(request: HttpRequest) -> dict[str, Any]:
    """Template context processor."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "canonical_url": absolute_url(request.path),
    }
