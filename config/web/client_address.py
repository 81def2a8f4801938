"""Where a request comes from, as far as it can be trusted, and no more exactly than needed."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port

# How proxies, tunnels and balancers say that they speak for others.
_SIGNS_OF_A_PROXY = (
    "HTTP_X_FORWARDED", "HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP", "HTTP_X_CLIENT_IP", "HTTP_X_ORIGINAL",
    "HTTP_X_PROXY", "HTTP_CLIENT_IP", "HTTP_TRUE_CLIENT_IP", "HTTP_CF_", "HTTP_CDN_", "HTTP_FASTLY_", "HTTP_X_AMZN",
    "HTTP_X_CLUSTER", "HTTP_X_ENVOY", "HTTP_X_VARNISH",
)  # fmt: skip
_LOOPBACK_NAMES = {"localhost", "127.0.0.1", "[::1]"}


def client_address(request: HttpRequest) -> str:
    """The client's address. X-Forwarded-For counts only as far as TRUSTED_PROXIES proxies wrote it."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        # With fewer hops than proxies the request came in past the outer ones; a proxy of ours still wrote the first.
        hops = request.headers.get("X-Forwarded-For", "").split(",")
        address = hops[-min(len(hops), settings.TRUSTED_PROXIES)].strip()
    try:
        return str(ip_address(address.partition("%")[0]))  # without an IPv6 zone
    except ValueError:  # a Unix socket has no address
        return "0.0.0.0"  # noqa: S104 - a stand-in, nothing listens there


def client_network(request: HttpRequest) -> str:
    """The client's network, /24 for IPv4 and /48 for IPv6: enough to limit a flood, too little to name a person."""
    address = ip_address(client_address(request))
    return shortened(str(getattr(address, "ipv4_mapped", None) or address))


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
