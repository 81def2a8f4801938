"""The certificate that readers' browsers are shown, and when it ends."""

import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings

from config.web.watching.rows import Outcome

STEP_SECONDS = 10.0


@dataclass(frozen=True)
class Certificate:
    """Until when it is good, why a browser would refuse it, or why it could not be seen."""

    ends_at: datetime | None = None
    refused: str = ""
    error: str = ""


def is_looked_at() -> bool:
    return settings.CERTIFICATE_ALARM_DAYS > 0 and settings.SITE_URL.startswith("https://")


def ask_certificate() -> Certificate:
    """The certificate of SITE_URL's host. Raises OSError when there is no answer.

    No other machine is asked and no request is sent. Authorities are the system's, or those of
    SSL_CERT_FILE.
    """
    site = urlsplit(settings.SITE_URL)
    host = site.hostname or ""
    address = (host, site.port or 443)
    try:
        with (
            socket.create_connection(address, STEP_SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as line,
        ):
            shown = line.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return Certificate(refused=error.verify_message)
    seconds = ssl.cert_time_to_seconds(str(shown["notAfter"]))
    return Certificate(ends_at=datetime.fromtimestamp(seconds, UTC))


def look_at_certificate() -> None:
    """Note what the certificate is like, if CERTIFICATE_ALARM_DAYS asks for it."""
    if not is_looked_at():
        return
    try:
        found = ask_certificate()
    except OSError as error:
        Outcome.note("certificate", error=str(error))
        return
    ends_at = found.ends_at.isoformat() if found.ends_at else ""
    Outcome.note("certificate", ends_at=ends_at, refused=found.refused)


def last_look() -> Certificate | None:
    """What was seen last; None when nobody looks. `error` is that of the last look."""
    if not is_looked_at():
        return None
    row = Outcome.objects.filter(name="certificate").first() or Outcome()
    ends_at = row.figures.get("ends_at")
    return Certificate(
        ends_at=datetime.fromisoformat(ends_at) if ends_at else None,
        refused=row.figures.get("refused", ""),
        error=row.error if row.failing_since else "",
    )
