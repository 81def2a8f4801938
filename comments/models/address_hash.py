"""What is left of an erased address: enough to know it again when it comes back, and no way to read it."""

from django.utils.crypto import salted_hmac

from config.web.text.addresses import known_as


def address_hash(email: str) -> str:
    """Keyed with the site's secret, so that nobody else can try addresses against a copy of the table."""
    return salted_hmac("colophon.erased", known_as(email), algorithm="sha256").hexdigest()
