"""E-mail addresses: one mailbox is one address here, whichever of its spellings somebody types.

The part before the @ is kept as typed for sending, and compared in lower case, because no mail server of today tells
cases apart. It is ASCII: with other letters (SMTPUTF8) our mail would not reach everybody. The domain is kept readable
and sent in ASCII, by IDNA 2008 (RFC 5891 with the mapping of UTS 46). Python's own codec is IDNA 2003 and sends mail for
straße.example to strasse.example, which belongs to somebody else.
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
    """An address of the open internet as typed, but for the one spelling of its domain.

    Raises ValueError for what is none, and for what writes one mailbox in many ways (quotes) or leads to a machine
    instead of a domain (an IP address).
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
    """What addresses are kept and compared by: the same for all spellings of one. What is none comes back in lower case."""
    local, at, domain = text.strip().rpartition("@")
    try:
        return f"{local.lower()}{at}{readable_domain(ascii_domain(domain))}"
    except ValueError:
        return text.strip().lower()


def on_the_wire(address: str) -> str:
    """The address as mail is sent to it: its domain in ASCII."""
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{ascii_domain(domain)}"
    except ValueError:  # kept from before there was this rule; the mail server decides
        return address


def mailbox(address: str) -> str:
    """Where mail to an address ends up, for limits: name+anything is name's, and Gmail looks at no dots."""
    local, _, domain = known_as(address).rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _GMAIL:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def ascii_domain(text: str) -> str:
    """A domain as DNS and mail servers know it: lower case, A-labels. Raises ValueError (UnicodeError)."""
    if text.isascii() and "xn--" not in text.lower():
        return text.lower()
    if len(text) > LONGEST:  # before work that grows with the length
        raise ValueError("too long for a domain")
    return idna.encode(text, uts46=True, std3_rules=True).decode("ascii")


def mail_domain(site_url: str) -> str:
    """The domain that the site's own mails name; "localhost" where the site has an IP address only."""
    host = urlsplit(site_url).hostname or "localhost"
    try:
        ip_address(host)
    except ValueError:
        return ascii_domain(host)
    return "localhost"


def readable_domain(ascii_form: str) -> str:
    """The one spelling in which domains are kept (U-labels). Raises ValueError (UnicodeError)."""
    return idna.decode(ascii_form) if "xn--" in ascii_form else ascii_form
