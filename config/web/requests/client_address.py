"""Where a request comes from, as far as it can be trusted, and no more exactly than needed."""

import logging
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port

logger = logging.getLogger("colophon.client_address")

UNKNOWN = "0.0.0.0"  # noqa: S104 - a stand-in, nothing listens there
# How proxies, tunnels and balancers say that they speak for others.
_SIGNS_OF_A_PROXY = (
    "HTTP_X_FORWARDED", "HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP", "HTTP_X_CLIENT_IP", "HTTP_X_ORIGINAL",
    "HTTP_X_PROXY", "HTTP_CLIENT_IP", "HTTP_TRUE_CLIENT_IP", "HTTP_CF_", "HTTP_CDN_", "HTTP_FASTLY_", "HTTP_X_AMZN",
    "HTTP_X_CLUSTER", "HTTP_X_ENVOY", "HTTP_X_VARNISH",
)  # fmt: skip
_LOOPBACK_NAMES = {"localhost", "127.0.0.1", "[::1]"}


def client_address(request: HttpRequest) -> str:
    """The client's address. X-Forwarded-For counts only as far as TRUSTED_PROXIES proxies wrote it.

    UNKNOWN when there is none, or none that can be read.
    """
    if settings.TRUSTED_PROXIES:
        return _forwarded_address(request) or UNKNOWN
    return _connected_address(request)


def client_network(request: HttpRequest) -> str:
    """The client's network, /24 for IPv4 and /48 for IPv6: enough to limit a flood, too little to name a person.

    /48 is what one customer may get (RFC 6177): who has one has 65,536 networks of /64 to send from. Where our proxies
    name no client, the proxy's own network stands in, which is not everybody's.
    """
    address = client_address(request)
    if address == UNKNOWN:
        address = _connected_address(request)
        warn_of_unnamed_clients()
    return shortened(str(_plain(ip_address(address))))


def network_address(request: HttpRequest) -> str:
    """The first address of the client's network, for whoever counts networks in a column for one address (axes)."""
    return client_network(request).partition("/")[0]


def _forwarded_address(request: HttpRequest) -> str | None:
    """As the outermost proxy of ours wrote it."""
    # Empty elements of a list mean nothing (RFC 9110, 5.6.1).
    hops = [hop for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    # With fewer hops than proxies the request came in past the outer ones; a proxy of ours still wrote the first.
    return _parsed(hops[-min(len(hops), settings.TRUSTED_PROXIES)]) if hops else None


def _connected_address(request: HttpRequest) -> str:
    return _parsed(request.META.get("REMOTE_ADDR", "")) or UNKNOWN  # a Unix socket has no address


def _parsed(text: str) -> str | None:
    """An address as proxies write it: also with a port, in brackets, in quotes, with an IPv6 zone."""
    text = text.strip(' \t"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text.partition("%")[0]))
    except ValueError:
        return None


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """IPv4 as such, where an IPv6 socket shows it as ::ffff:192.0.2.1."""
    return getattr(address, "ipv4_mapped", None) or address


@cache  # once a process
def warn_of_unnamed_clients() -> None:
    if settings.TRUSTED_PROXIES:
        logger.warning(
            "TRUSTED_PROXIES=%s, but X-Forwarded-For names no client: limits count the proxy's own network.",
            settings.TRUSTED_PROXIES,
        )


def shortened(address: str) -> str:
    """The /24 or /48 of an address or of a part of that network. Raises ValueError, for a larger network, too."""
    network = ip_network(address, strict=False)
    kept = 24 if network.version == 4 else 48
    if network.prefixlen < kept:
        raise ValueError(f"{address} is larger than a /{kept}")
    return str(network.supernet(new_prefix=kept))


def is_loopback(request: HttpRequest) -> bool:
    """Whether the browser runs on this computer and talks to us directly.

    Any sign of a proxy says no, whoever is behind it: a proxy on this machine makes the whole world look local. So does
    a name in the address that is not this computer's own, which a page elsewhere may have pointed here (DNS rebinding).
    """
    if settings.TRUSTED_PROXIES or request.is_secure():  # our own server speaks plain http
        return False
    if any(name.startswith(_SIGNS_OF_A_PROXY) for name in request.META):
        return False
    host = split_domain_port(request.get_host())[0]
    return host in _LOOPBACK_NAMES and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
