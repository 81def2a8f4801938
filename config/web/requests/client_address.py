"""The network that a request comes from, as far as the request can be trusted."""

import logging
import re
from functools import cache
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port

logger = logging.getLogger("colophon.client_address")

UNKNOWN = "0.0.0.0"  # noqa: S104 - a stand-in, nothing listens there
# Beginnings of headers (as WSGI names them) that proxies, tunnels and balancers add.
_SIGNS_OF_A_PROXY = re.compile(
    "HTTP_(X_FORWARDED|FORWARDED|VIA|X_REAL_IP|X_CLIENT_IP|X_ORIGINAL|X_PROXY|CLIENT_IP"
    "|TRUE_CLIENT_IP|CF_|CDN_|FASTLY_|X_AMZN|X_CLUSTER|X_ENVOY|X_VARNISH)"
)
_LOOPBACK_NAMES = {"localhost", "127.0.0.1", "[::1]"}


def client_address(request: HttpRequest) -> str:
    """The client's address, or UNKNOWN when none can be read.

    With TRUSTED_PROXIES it is the address that the outermost of these proxies wrote.
    """
    if not settings.TRUSTED_PROXIES:
        if passed_unknown_proxy(request):
            warn_of_unknown_proxy()
        return _connected_address(request)
    # Empty elements of a list mean nothing (RFC 9110, 5.6.1).
    hops = [hop for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    # With fewer hops than proxies, the request did not pass the outer ones. One of the inner ones
    # wrote the first hop.
    first = hops[-min(len(hops), settings.TRUSTED_PROXIES)] if hops else ""
    return _parsed(first) or UNKNOWN


def client_network(request: HttpRequest) -> str:
    """The client's network, /24 for IPv4 and /48 for IPv6. It limits a flood and names no person.

    One customer may get a /48 (RFC 6177), with 65,536 networks of /64 to send from. When the
    trusted proxies name no client, the result is the network of the proxy.
    """
    address = client_address(request)
    if address == UNKNOWN:
        address = _connected_address(request)
        warn_of_unnamed_clients()
    parsed = ip_address(address)
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    if parsed.version == 4:
        return f"{str(parsed).rpartition('.')[0]}.0/24"  # what shortened() gives, but faster
    return shortened(str(parsed))


def network_address(request: HttpRequest) -> str:
    """The first address of the client's network, for axes, which counts by address."""
    return client_network(request).partition("/")[0]


def _connected_address(request: HttpRequest) -> str:
    return _parsed(request.META.get("REMOTE_ADDR", "")) or UNKNOWN  # a Unix socket has no address


def _parsed(text: str) -> str | None:
    """The address in what a proxy wrote: with a port, in brackets or quotes, with an IPv6 zone."""
    text = text.strip(' \t"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text.partition("%")[0]))
    except ValueError:
        return None


def passed_unknown_proxy(request: HttpRequest) -> bool:
    """Whether the request came through a proxy although TRUSTED_PROXIES is 0.

    All readers behind it count as one network then, and share its limits.
    """
    return not settings.TRUSTED_PROXIES and any(map(_SIGNS_OF_A_PROXY.match, request.META))


@cache  # once a process
def warn_of_unknown_proxy() -> None:
    logger.warning(
        "A request came through a proxy, but TRUSTED_PROXIES is 0: limits count all readers behind"
        " it as one. Set TRUSTED_PROXIES to the number of your proxies."
    )


@cache  # once a process
def warn_of_unnamed_clients() -> None:
    if settings.TRUSTED_PROXIES:
        logger.warning(
            "TRUSTED_PROXIES=%s, but X-Forwarded-For names no client:"
            " limits count the proxy's own network.",
            settings.TRUSTED_PROXIES,
        )


def shortened(address: str) -> str:
    """The /24 or /48 around an address or a smaller network. Raises ValueError for a larger one."""
    network = ip_network(address, strict=False)
    kept = 24 if network.version == 4 else 48
    if network.prefixlen < kept:
        raise ValueError(f"{address} is larger than a /{kept}")
    return str(network.supernet(new_prefix=kept))


def is_loopback(request: HttpRequest) -> bool:
    """Whether the browser runs on this computer and talks to this server directly.

    Any sign of a proxy means no, because a proxy on this computer makes all clients look local. So
    does a host name other than this computer's: another site may have pointed it here (DNS
    rebinding).
    """
    if settings.TRUSTED_PROXIES or request.is_secure():  # our own server speaks plain http
        return False
    if any(map(_SIGNS_OF_A_PROXY.match, request.META)):
        return False
    # The name as it was sent, since it need not be one of ALLOWED_HOSTS.
    host = split_domain_port(request.headers.get("host", ""))[0]
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    is_local = (getattr(address, "ipv4_mapped", None) or address).is_loopback
    return host in _LOOPBACK_NAMES and is_local
