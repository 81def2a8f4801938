"""Headers that let a mail program file, and end, mail that somebody asked for (RFC 8058, 2369, 2919)."""

from email.utils import formataddr
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings


def make_list_headers(list_id: str, *, one_click_url: str) -> dict[str, str]:
    """`one_click_url` is what a mail program POSTs to, without cookies and with any body."""
    return {
        "List-Id": list_id,
        "List-Unsubscribe": f"<{one_click_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Post": "NO",
    }


def make_list_id(label: str, name: str) -> str:
    """Name <label.domain>: what readers filter by, the same for the life of the list."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    try:
        ip_address(host)
    except ValueError:
        pass
    else:  # an address is no domain name
        host = "localhost"
    return formataddr((name, f"{label}.{host}"))
