"""Headers by which a mail program files and ends mail of a list (RFC 8058, 2369, 2919)."""

from django.conf import settings

from config.web.mail.headers import named
from config.web.text.addresses import mail_domain


def make_list_headers(list_id: str, *, one_click_url: str) -> dict[str, str]:
    """The headers of one mail.

    Mail programs POST to `one_click_url`, without cookies and with any body.
    """
    return {
        "List-Id": list_id,
        "List-Unsubscribe": f"<{one_click_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Post": "NO",
    }


def make_list_id(label: str, name: str) -> str:
    """`Name <label.domain>`. Readers filter by it, so it never changes."""
    return named(name, f"{label}.{mail_domain(settings.SITE_URL)}")
