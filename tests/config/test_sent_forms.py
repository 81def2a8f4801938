"""Whatever takes a POST is behind one rule of what may be sent. The addresses come from the URLconf."""

import io

import pytest
from django.test import Client, RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import URLPattern, get_resolver

from config.web.requests.sent_forms import FORM_BYTES, Utf8Request, most_bytes
from tests import factories
from tests.comments.sending import filled_in

pytestmark = pytest.mark.long

ARGUMENTS = {"slug": "sleep-well", "pk": 1}


def patterns(resolver, route=""):
    for entry in resolver.url_patterns:
        here = route + str(entry.pattern).lstrip("^")
        if isinstance(entry, URLPattern):
            yield here, entry
        elif getattr(entry, "app_name", "") != "admin":
            yield from patterns(entry, here)


def public_addresses():
    """One for each view outside the admin, and the admin's own page for everybody."""
    for _route, entry in patterns(get_resolver()):
        names = entry.pattern.converters
        yield entry, "/" + filled(_route, {name: ARGUMENTS.get(name, 1) for name in names})
    yield None, "/admin/login/"


def filled(route, values):
    for name, value in values.items():
        start = route.index("<")
        assert route[start : route.index(">")].endswith(name)
        route = route[:start] + str(value) + route[route.index(">") + 1 :]
    return route


ADDRESSES = sorted({address for _entry, address in public_addresses()})
EXEMPT = sorted(
    address
    for entry, address in public_addresses()
    if entry is not None
    and getattr(entry.callback, "csrf_exempt", False)
    and "token" not in entry.pattern.converters
    and entry.name != "provider_events"  # asks for a secret, and takes no forms
    and not address.startswith(("/api/", "/oembed"))  # are for reading
)


class Unread(io.BytesIO):
    """Fails the test when more than `allowed` bytes are asked for."""

    def __init__(self, allowed=0):
        super().__init__(b"a" * (allowed + 1))
        self.left = allowed

    def read(self, size=-1):
        assert 0 <= size <= self.left, "the body was read"
        self.left -= size
        return b"a" * size


def send_raw(address, body, **environ):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    return client.generic("POST", address, b"", **environ, **{"wsgi.input": body})


@pytest.fixture
def article(db):
    return factories.published_article(title="Sleep well")


def test_the_walk_finds_the_forms():
    assert set(EXEMPT) == {
        "/articles/sleep-well/comments/",
        "/articles/sleep-well/comments/1/report/",
        "/newsletter/",
        "/yours/",
    }
    assert len(ADDRESSES) > 30


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.django_db
def test_too_much_is_refused_unread(address):
    response = send_raw(
        address, Unread(), CONTENT_LENGTH="60000000", CONTENT_TYPE="multipart/form-data; boundary=b"
    )

    assert response.status_code == 413
    assert "too large" in response.text


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.django_db
def test_too_much_in_chunks_is_refused_where_the_limit_is(address):
    most = most_bytes(RequestFactory().post(address))

    response = send_raw(
        address, Unread(most + 1), HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH=""
    )

    assert response.status_code == 413


@pytest.mark.parametrize("address", ADDRESSES)
def test_charset_that_a_request_claims_breaks_nothing(article, address):
    for charset in ("rot13", "hex", "unicode_escape", "nonsense"):
        body = part_in(charset)
        for kind in ("multipart/form-data; boundary=b", "application/x-www-form-urlencoded"):
            about = {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": f"{kind}; charset={charset}"}
            assert send_raw(address, io.BytesIO(body), **about).status_code < 500
        got = Client(raise_request_exception=False).get(address, {"q": "a"}, **about)
        assert got.status_code < 500


def part_in(charset):
    about = f'Content-Disposition: form-data; name="email"\r\nContent-Type: text/plain; charset={charset}'
    return f"--b\r\n{about}\r\n\r\na@b.example\r\n--b--\r\n".encode()


def test_site_makes_requests_that_believe_no_charset(monkeypatch):
    monkeypatch.setattr("config.web.checks.check_at_start", lambda: None)  # which asks the database
    from config.wsgi import application

    assert application.application.request_class is Utf8Request


@pytest.mark.parametrize("address", EXEMPT)
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"x", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=\xe4"),
        (b"a=1&" * 2_000, "application/x-www-form-urlencoded"),
        (b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n\r\n' * 200 + b"--b--\r\n", "multipart/form-data; boundary=b"),
    ],
)  # fmt: skip
def test_form_that_cannot_be_read_gets_a_page_that_says_so(article, address, body, content_type):
    factories.approved_comment(article, pk=1)

    response = send_raw(
        address, io.BytesIO(body), CONTENT_LENGTH=str(len(body)), CONTENT_TYPE=content_type
    )

    assert response.status_code == 400
    assert "Back button" in response.text


class BrokenOff(io.BytesIO):
    def read(self, *size):
        raise OSError("the client is gone")

    readline = read


@pytest.mark.parametrize("address", EXEMPT)
@pytest.mark.parametrize(
    "sent", [{"CONTENT_LENGTH": "100"}, {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}]
)
def test_form_that_breaks_off_is_no_fault_of_ours(article, address, sent):
    factories.approved_comment(article, pk=1)

    response = send_raw(
        address, BrokenOff(), CONTENT_TYPE="application/x-www-form-urlencoded", **sent
    )

    assert response.status_code == 400


@pytest.mark.parametrize("address", EXEMPT)
def test_form_sent_from_another_site_is_refused(article, address):
    factories.approved_comment(article, pk=1)

    response = Client().post(address, {}, headers={"sec-fetch-site": "cross-site"})

    assert response.status_code == 403


def test_small_form_in_chunks_is_read(article, mailoutbox):
    body = encode_multipart(BOUNDARY, filled_in(article))

    response = send_raw(
        "/articles/sleep-well/comments/", io.BytesIO(body), CONTENT_LENGTH="",
        HTTP_TRANSFER_ENCODING="chunked", CONTENT_TYPE=MULTIPART_CONTENT,
    )  # fmt: skip

    assert response.status_code == 303


def test_who_is_logged_in_may_send_more(client_of, editor):
    data = {"title": "x" * FORM_BYTES}

    assert client_of(editor).post("/admin/articles/article/add/", data).status_code == 200


def test_provider_may_tell_of_many_mails_at_once_and_no_form_may():
    larger = {
        address for address in ADDRESSES if most_bytes(RequestFactory().post(address)) != FORM_BYTES
    }

    assert larger == {"/newsletter/provider/"}


@pytest.mark.parametrize("length", ["abc", "-1", ""])
@pytest.mark.django_db
def test_length_that_is_no_number_means_nothing(length):
    assert send_raw("/newsletter/", io.BytesIO(), CONTENT_LENGTH=length).status_code == 422


def test_host_that_is_not_ours_gets_a_page(client, db):
    response = client.get("/", headers={"host": "elsewhere.example"})

    assert response.status_code == 400
    assert "There is no page at this address" in response.text
