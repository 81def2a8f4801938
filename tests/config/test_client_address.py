import pytest

from config.web.requests.client_address import (
    UNKNOWN,
    client_address,
    client_network,
    is_loopback,
    network_address,
    passed_unknown_proxy,
    warn_of_unknown_proxy,
    warn_of_unnamed_clients,
)


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
        # As some proxies write it
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, '"[2001:db8::1]"', "2001:db8::1"),
        (1, '"[2001:db8::1]:4711"', "2001:db8::1"),
        (1, "[fe80::1%25eth0]:443", "fe80::1"),
        (1, " 203.0.113.9 \t", "203.0.113.9"),
        (1, "203.0.113.9, ,", "203.0.113.9"),
        (2, "198.51.100.1,, 203.0.113.9:80 ,10.0.0.1", "203.0.113.9"),
        (1, " , ", UNKNOWN),
        (1, "unix:", UNKNOWN),
        (1, "203.0.113.9, unknown", UNKNOWN),
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
    ("forwarded", "network"),
    [
        ("203.0.113.9:4711", "203.0.113.0/24"),
        ("[2001:db8:1:2::3]:443", "2001:db8:1::/48"),
        ("nonsense", "192.0.2.0/24"),
        ("", "192.0.2.0/24"),
    ],
)
def test_clients_that_no_proxy_names_are_not_counted_with_the_whole_world(
    rf, settings, forwarded, network
):
    settings.TRUSTED_PROXIES = 1
    headers = {"x-forwarded-for": forwarded} if forwarded else {}

    assert client_network(rf.get("/", headers=headers, REMOTE_ADDR="192.0.2.1")) == network


def test_operator_is_told_once_of_a_proxy_that_names_no_client(rf, settings, caplog):
    warn_of_unnamed_clients.cache_clear()
    settings.TRUSTED_PROXIES = 1

    for _time in range(2):
        client_network(rf.get("/"))

    assert caplog.text.count("names no client") == 1


@pytest.mark.parametrize(
    ("address", "first"), [("203.0.113.9", "203.0.113.0"), ("2001:db8:1:2::3", "2001:db8:1::")]
)
def test_network_has_an_address_of_its_own(rf, address, first):
    assert network_address(rf.get("/", REMOTE_ADDR=address)) == first


@pytest.mark.parametrize(
    ("connected", "host", "local"),
    [
        ("127.0.0.1", "127.0.0.1:8000", True),
        ("127.0.0.1", "localhost", True),
        ("::1", "[::1]:8000", True),
        ("::ffff:127.0.0.1", "localhost", True),
        ("192.0.2.1", "localhost", False),
        ("", "localhost", False),
        # A name that somebody else's page has pointed at this computer.
        ("127.0.0.1", "rebound.example", False),
        ("127.0.0.1", "localhost.example", False),
    ],
)
def test_only_who_sits_at_this_computer_is_local(rf, settings, connected, host, local):
    settings.ALLOWED_HOSTS = ["*"]

    assert is_loopback(rf.get("/", headers={"host": host}, REMOTE_ADDR=connected)) is local


@pytest.mark.parametrize(
    "header",
    [
        "x-forwarded-for",
        "x-forwarded-proto",
        "forwarded",
        "via",
        "x-real-ip",
        "x-client-ip",
        "cf-ray",
    ],
)
def test_nobody_is_local_behind_a_proxy(rf, settings, header):
    request = {"headers": {"host": "localhost", header: "127.0.0.1"}, "REMOTE_ADDR": "127.0.0.1"}

    assert not is_loopback(rf.get("/", **request))
    settings.TRUSTED_PROXIES = 1
    assert not is_loopback(rf.get("/", **request))


@pytest.mark.parametrize("header", ["x-forwarded-proto", "x-forwarded-for", "via", "forwarded"])
def test_operator_is_told_once_of_a_proxy_that_is_not_counted(rf, settings, caplog, header):
    warn_of_unknown_proxy.cache_clear()
    proxied = rf.get("/", headers={header: "https"})

    for _time in range(2):
        client_network(proxied)

    assert passed_unknown_proxy(proxied)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "TRUSTED_PROXIES is 0" in caplog.text
    settings.TRUSTED_PROXIES = 1
    assert not passed_unknown_proxy(proxied)


def test_request_without_a_proxy_warns_of_nothing(rf, caplog):
    warn_of_unknown_proxy.cache_clear()

    client_network(rf.get("/"))

    assert not passed_unknown_proxy(rf.get("/"))
    assert caplog.text == ""
