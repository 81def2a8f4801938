import pytest

from config.web.client_address import client_address, client_network, is_loopback

UNKNOWN = "0.0.0.0"  # noqa: S104 - a stand-in, nothing listens there


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", "192.0.2.1"),
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "127.0.0.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "203.0.113.9"),
        (1, "", UNKNOWN),
        (1, "nonsense", UNKNOWN),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "203.0.113.9:4711", UNKNOWN),
    ],
)
def test_forwarded_address_counts_as_far_as_our_proxies_wrote_it(
    rf, settings, proxies, forwarded, address
):
    settings.TRUSTED_PROXIES = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}

    request = rf.get("/", headers=headers, REMOTE_ADDR="192.0.2.1")

    assert client_address(request) == address


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", "0.0.0.0/24"),
    ],
)
def test_network_names_no_person(rf, address, network):
    assert client_network(rf.get("/", REMOTE_ADDR=address)) == network


@pytest.mark.parametrize(
    ("proxies", "connected", "headers", "local"),
    [
        (0, "127.0.0.1", {}, True),
        (0, "::1", {}, True),
        (0, "::ffff:127.0.0.1", {}, True),
        (0, "192.0.2.1", {}, False),
        (0, "", {}, False),
        # A proxy on this machine that we were not told of.
        (0, "127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, False),
        (0, "127.0.0.1", {"forwarded": "for=203.0.113.9"}, False),
        (0, "127.0.0.1", {"x-real-ip": "203.0.113.9"}, False),
        # A proxy that we know of.
        (1, "127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, False),
        (1, "127.0.0.1", {"x-forwarded-for": "127.0.0.1, 203.0.113.9"}, False),
        (1, "127.0.0.1", {}, False),
        (1, "127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, True),
        (2, "127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, False),
        # Somebody who goes past the proxy.
        (1, "203.0.113.9", {"x-forwarded-for": "127.0.0.1"}, False),
        (0, "203.0.113.9", {"x-forwarded-for": "127.0.0.1"}, False),
    ],
)
def test_only_who_sits_at_this_computer_is_local(rf, settings, proxies, connected, headers, local):
    settings.TRUSTED_PROXIES = proxies

    assert is_loopback(rf.get("/", headers=headers, REMOTE_ADDR=connected)) is local
