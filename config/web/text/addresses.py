"""E-mail addresses: one mailbox is one address here, in whichever spelling it is typed.

The part before the @ is sent as it was typed, and compared in lower case, because no mail server of
today tells cases apart. It is ASCII: mail to other letters (SMTPUTF8) does not arrive everywhere.
The domain is stored in readable letters and sent in ASCII, by IDNA 2008 (RFC 5891 with the mapping
of UTS 46). Python's own codec is IDNA 2003: it sends mail for straße.example to strasse.example,
which belongs to another owner.
"""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

import idna
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

# What breaks a mail header open, as typed or percent-encoded.
LINE_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]|%0[0ad]", re.IGNORECASE)

# On the wire (RFC 5321 4.5.3.1; a path of 256 characters with its brackets).
LONGEST, LONGEST_LOCAL = 254, 64
_valid = EmailValidator(allowlist=[])  # not even localhost
_GMAIL = {"gmail.com", "googlemail.com"}


def spelled(text: str) -> str:
    """The typed address with its domain in the stored spelling.

    Raises ValueError for a text that is no address of the open internet. That includes quotes,
    which write one mailbox in many ways, and IP addresses.
    """
    local, _, domain = text.rpartition("@")
    domain = ascii_domain(domain)
    wire = f"{local}@{domain}"
    try:
        _valid(wire)
    except ValidationError as error:
        raise ValueError(f"{text!r} is no address") from error
    if local.startswith('"') or domain[0] == "[" or domain.rpartition(".")[2].isdecimal():
        raise ValueError(f"{text!r} is no address of the open internet")
    if len(wire) > LONGEST or len(local) > LONGEST_LOCAL or LINE_BREAKS.search(wire):
        raise ValueError(f"{text!r} cannot be sent to")
    return f"{local}@{readable_domain(domain)}"


def known_as(text: str) -> str:
    """The form in which addresses are stored and compared, the same for all spellings of one.

    A text that is no address comes back in lower case.
    """
    local, at, domain = text.strip().rpartition("@")
    try:
        return f"{local.lower()}{at}{readable_domain(ascii_domain(domain))}"
    except ValueError:
        return text.strip().lower()


def on_the_wire(address: str) -> str:
    """The address as mail servers know it, with its domain in ASCII."""
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{ascii_domain(domain)}"
    except ValueError:  # kept from before there was this rule; the mail server decides
        return address


def mailbox(address: str) -> str:
    """The mailbox behind an address, for limits: without +tags, and for Gmail without dots."""
    local, _, domain = known_as(address).rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _GMAIL:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def ascii_domain(text: str) -> str:
    """A domain as DNS has it: lower case, A-labels. Raises ValueError (UnicodeError)."""
    if text.isascii() and "xn--" not in text.lower():
        return text.lower()
    if len(text) > LONGEST:  # before work that grows with the length
        raise ValueError("too long for a domain")
    return idna.encode(text, uts46=True, std3_rules=True).decode("ascii")


def mail_domain(site_url: str) -> str:
    """The domain of the site's own mails, "localhost" where SITE_URL has an IP address."""
    host = urlsplit(site_url).hostname or "localhost"
    try:
        ip_address(host)
    except ValueError:
        return ascii_domain(host)
    return "localhost"


def readable_domain(ascii_form: str) -> str:
    """The spelling in which domains are stored (U-labels). Raises ValueError (UnicodeError)."""
    return idna.decode(ascii_form) if "xn--" in ascii_form else ascii_form
