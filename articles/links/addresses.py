"""The addresses that an article's text and references lead to."""

import re
from collections.abc import Iterable
from html import unescape
from urllib.parse import urlsplit

from django.conf import settings

# A longer one does not fit into an index.
MOST_BYTES = 2000
# In clean HTML (rich_text.cleaning) a link begins with its address.
_LINK = re.compile(r'<a href="([^"]*)"')


def addresses_in(body: str, references: Iterable[str] = ()) -> list[str]:
    """Each address once, in the order of the text: `/path` on this site, else http or https.

    `body` is clean HTML. Places on the same page and mail addresses are left out.
    """
    linked = [unescape(found) for found in _LINK.findall(body)]
    found = (_without_place(address) for address in (*linked, *references))
    return list(dict.fromkeys(filter(None, found)))


def host_of(address: str) -> str:
    """The host of an address in lower case; "" for a path of this site, or where there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _without_place(address: str) -> str:
    """The address without its #place, and without the site's own name; "" for one to leave out."""
    address = address.partition("#")[0]
    if address == settings.SITE_URL or address.startswith(f"{settings.SITE_URL}/"):
        address = address.removeprefix(settings.SITE_URL) or "/"
    is_link = address.startswith(("/", "http://", "https://"))
    return address if is_link and len(address.encode()) <= MOST_BYTES else ""
