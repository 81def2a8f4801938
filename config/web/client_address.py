"""Where a request comes from, as far as it can be trusted, and no more exactly than needed."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The client's address. X-Forwarded-For counts only as far as TRUSTED_PROXIES proxies wrote it."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        hops = request.headers.get("X-Forwarded-For", "").split(",")
        if len(hops) >= settings.TRUSTED_PROXIES:
            address = hops[-settings.TRUSTED_PROXIES].strip()
    try:
        return str(ip_address(address))
    except ValueError:  # a Unix socket has no address
        return "0.0.0.0"  # noqa: S104 - a stand-in, nothing listens there


def client_network(request: HttpRequest) -> str:
    """The client's network, /24 for IPv4 and /48 for IPv6: enough to limit a flood, too little to name a person."""
    address = ip_address(client_address(request))
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        address = mapped
    return str(ip_network(f"{address}/{24 if address.version == 4 else 48}", strict=False))


def is_loopback(request: HttpRequest) -> bool:
    return ip_address(client_address(request)).is_loopback
