"""Where a request comes from, as far as it can be trusted, and no more exactly than needed."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

_PROXY_HEADERS = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")


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
    """Whether the client sits at this computer, with no proxy in between that speaks for others."""
    forwarded = any(name in request.headers for name in _PROXY_HEADERS)
    if (
        forwarded and not settings.TRUSTED_PROXIES
    ):  # a proxy on this machine makes the whole world look local
        return False
    # With proxies both must be local: who reaches us directly can write any X-Forwarded-For.
    connected = request.META.get("REMOTE_ADDR", "")
    return _is_loopback(client_address(request)) and _is_loopback(connected)


def _is_loopback(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
