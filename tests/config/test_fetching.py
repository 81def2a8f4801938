"""The server asks other sites: public addresses only, few bytes, no endless redirects, no slow drip."""

import socket
import threading
from ipaddress import ip_address

import pytest

from config.web.fetching import asking
from config.web.fetching.asking import NoAnswer, ask
from config.web.fetching.guard import Forbidden, Guard, NoSuchName, is_open
from tests.config.loopback_sites import says, site
from tests.ports import own_port


@pytest.fixture
def names(monkeypatch):
    """Names of this test, as DNS would answer: `names["a.example"] = ["93.184.215.14"]`."""
    known = {}

    def look_up(host, port, *more, **named):
        if host not in known:
            raise socket.gaierror("unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


# Where it may go


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - not bound
        "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.8.8.8", "169.254.169.254", "172.16.0.1", "192.0.2.1",
        "192.168.1.1", "198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:93.184.215.14", "::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1",
        "2002:7f00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)  # fmt: skip
def test_addresses_inside_a_network_are_closed(address):
    assert not is_open(ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "1.1.1.1", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]
)
def test_addresses_of_the_open_internet_are_open(address):
    assert is_open(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "ftp://a.example/", "file:///etc/passwd", "gopher://a.example/", "//a.example/", "http://", "http:///path",
        "http://a.example:22/", "http://a.example:8080/", "https://a.example:0/", "http://a.example:99999/",
        "http://user@a.example/", "http://user:word@a.example/", "http://[::1/", "http://inside.example/",
        "http://both.example/", "http://2130706433/", "http://0x7f.1/", "http://127.1/",
    ],
)  # fmt: skip
def test_guard_refuses(names, address):
    names |= {"a.example": ["93.184.215.14"], "inside.example": ["10.0.0.1"]}
    names |= {"both.example": ["93.184.215.14", "10.0.0.1"]}
    names |= {
        spelling: ["127.0.0.1"] for spelling in ("2130706433", "0x7f.1", "127.1")
    }  # as C reads them

    with pytest.raises(Forbidden):
        Guard().check(address)


def test_guard_says_where_to_connect(names):
    names |= {"a.example": ["93.184.215.14"], "xn--gre-6ka8i.example": ["1.1.1.1"]}

    target = Guard().check("https://A.example./x/y?z=1")
    assert (target.scheme, target.host, target.port, target.path) == (
        "https",
        "a.example",
        443,
        "/x/y?z=1",
    )
    assert target.ip == "93.184.215.14"
    assert Guard().check("http://größe.example").ip == "1.1.1.1"
    with pytest.raises(NoSuchName):
        Guard().check("http://unknown.example/")


def test_connects_to_the_checked_address_whatever_the_name_says_next(names, monkeypatch):
    """DNS rebinding: the second answer of a name leads into the network."""
    with site(says(200, b"the checked one")) as here:
        answers = [["127.0.0.1"], ["127.0.0.2"]]
        monkeypatch.setattr(
            socket, "getaddrinfo",
            lambda host, port, *a, **k: [
                (socket.AF_INET, socket.SOCK_STREAM, 6, "", (host if host[0].isdigit() else answers.pop(0)[0], port))
            ],
        )  # fmt: skip
        address = f"http://turning.example:{here.port}/"
        answer = ask(address, most_bytes=50, guard=here.guard())

    assert answer.body == b"the checked one"
    assert answers == [["127.0.0.2"]]
    assert here.headers[0]["Host"] == f"turning.example:{here.port}"


# What it takes


def why(address, guard):
    with pytest.raises(NoAnswer) as refused:
        ask(address, guard=guard)
    return refused.value.why


def test_asks_by_name_and_takes_few_bytes(settings):
    settings.SITE_URL = "https://magazine.example"
    with site(says(200, b"x" * 100_000)) as here:
        answer = ask(here.url("/a b?c=ü"), most_bytes=1024, guard=here.guard())

    assert (answer.status, len(answer.body)) == (200, 1024)
    assert here.asked == [("GET", "/a%20b?c=%C3%BC")]
    assert here.headers[0]["User-Agent"] == "Colophon/1 (+https://magazine.example/)"
    assert here.headers[0]["Range"] == "bytes=0-1023"
    assert not {"Cookie", "Referer", "Authorization"} & here.headers[0].keys()


def test_environment_names_no_proxy(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    with site() as here:
        assert ask(here.url(), guard=here.guard()).status == 200


def test_redirects_are_followed_and_checked():
    with site() as end:
        with site(says(302, Location=end.url("/end"))) as start:
            assert ask(start.url(), guard=start.guard(end.port)).status == 200
            assert why(start.url(), start.guard()) == "forbidden"
        assert end.asked == [("GET", "/end")]


@pytest.mark.parametrize(
    "location", ["http://10.0.0.1/", "file:///etc/passwd", "//127.0.0.1:22/", "http://[::1/"]
)
def test_redirect_out_of_the_open_web_is_refused(location):
    with site(says(301, Location=location)) as here:
        assert why(here.url(), here.guard()) in {"forbidden", "nonsense"}


def test_redirects_end():
    with site(says(302, Location="/again")) as here:
        assert why(here.url(), here.guard()) == "redirects"

    assert len(here.asked) == asking.MOST_REDIRECTS + 1


@pytest.mark.long
def test_silence_and_slow_drips_end(monkeypatch):
    over = threading.Event()

    def drip(request):
        while not over.wait(0.05):
            try:
                request.wfile.write(b"H")
            except OSError:
                return

    with site(lambda request: over.wait(300)) as silent, site(drip) as slow:
        monkeypatch.setattr(asking, "STEP_SECONDS", 0.2)
        assert why(silent.url(), silent.guard()) == "time"
        monkeypatch.setattr(asking, "STEP_SECONDS", 300.0)  # no drip of a busy machine is too late
        monkeypatch.setattr(asking, "WHOLE_SECONDS", 0.5)
        assert why(slow.url(), slow.guard()) in {"connection", "nonsense"}
        over.set()


def test_other_faults_have_a_name(names):
    names["127.0.0.1"] = ["127.0.0.1"]

    def babble(request):
        request.wfile.write(b"I speak no HTTP\r\n\r\n")

    with site(babble) as here, own_port() as port:  # of nobody
        assert why(here.url(), here.guard()) == "nonsense"
        assert why(f"http://127.0.0.1:{port}/", here.guard(port)) == "connection"
        assert why(f"https://127.0.0.1:{here.port}/", here.guard()) == "connection"
        assert why(f"http://unknown.example:{here.port}/", here.guard()) == "name"
