"""Which addresses of other sites the server may ask.

An editor or an import can write any link, and a site can redirect to any other. Without this guard
the server would ask machines inside its own network for them (server-side request forgery, OWASP).
"""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from config.web.text.addresses import ascii_domain

type Address = IPv4Address | IPv6Address

_PORTS = {"http": 80, "https": 443}
# IPv6 addresses that stand for one of IPv4, which the network on the way would turn into it:
# mapped, translated (RFC 6052, RFC 8215), 6to4, Teredo.
_DISGUISES = [
    ip_network(net)
    for net in ("::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
]


class Forbidden(Exception):
    """The address is not one of the open web."""


class NoSuchName(Exception):
    """No such site: its name leads to no address."""


@dataclass(frozen=True)
class Target:
    """A checked address: `ip` is where to connect, whatever the name leads to next time."""

    scheme: str
    host: str
    port: int
    path: str  # with the query
    ip: str


def is_open(address: Address) -> bool:
    """Whether everybody on the internet reaches the same machine there."""
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv6Address):
        return not address.is_site_local and not any(address in net for net in _DISGUISES)
    return True


@dataclass(frozen=True)
class Guard:
    """The rule. Tests give it a machine and ports of their own."""

    may_reach: Callable[[Address], bool] = is_open
    ports: frozenset[int] = frozenset(_PORTS.values())

    def check(self, address: str) -> Target:
        """The place that an address leads to. Raises Forbidden and NoSuchName.

        Every address that the name has must be allowed; the first one is taken.
        """
        parts, host, port = _split(address)
        if port not in self.ports:
            raise Forbidden(f"port {port}")
        found = _resolve(host, port)
        if not all(self.may_reach(ip) for ip in found):
            raise Forbidden(host)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Target(parts.scheme, host, port, path, str(found[0]))


def _split(address: str) -> tuple[SplitResult, str, int]:
    """The parts, host and port of an http or https address. Raises Forbidden for any other."""
    try:
        parts = urlsplit(address)
        port = _PORTS.get(parts.scheme, 0) if parts.port is None else parts.port
        host = ascii_domain((parts.hostname or "").rstrip("."))
    except ValueError as error:
        raise Forbidden(address) from error
    if parts.scheme not in _PORTS or not host or parts.username or parts.password:
        raise Forbidden(address)
    return parts, host, port


def _resolve(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [ip_address(str(row[4][0])) for row in found]
    except (OSError, UnicodeError, ValueError) as error:
        raise NoSuchName(host) from error
