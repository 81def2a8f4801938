"""Every kind of answer carries the security headers, and https is asked for where it should be."""

import pytest
from django.core.exceptions import ImproperlyConfigured, TooManyFieldsSent
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory

from config.running.web_worker import HEAD_BYTES
from config.web.requests.client_address import client_network
from config.your_data.forms import AskForm
from config.your_data.models import DataRequest
from config.your_data.views import PER_NETWORK
from tests import factories
from tests.clock import after, ago
from tests.config.read_anew import read_anew
from tests.config.test_web_worker import all_of, port, send  # noqa: F401 - the server's fixture

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}
POLICY = {
    "default-src": "'none'", "script-src": "'self'", "base-uri": "'none'", "form-action": "'self'",
    "frame-ancestors": "'none'",
}  # fmt: skip


def ask(path, method="get", *, secure=True, **more):
    response = getattr(Client(raise_request_exception=False), method)(path, secure=secure, **more)
    response.close()  # a file
    return response


def fails(error):
    def view(request, *args, **kwargs):
        raise error

    return view


@pytest.fixture
def site(db, settings, tmp_path):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    factories.published_article(title="Sleep well")
    (tmp_path / "static").mkdir()
    (tmp_path / "static/some.css").write_text("p {}")
    settings.STATIC_ROOT = tmp_path / "static"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "some.png").write_bytes(b"png")


def kept_page(**headers):
    """A page of the page cache, asked for a second time."""
    from config.web.cache.cached_page import CachedPage

    made = ask("/")
    page = CachedPage(list(made.headers.items()), made.content, made_at=1)
    environ = {"REQUEST_METHOD": "GET"} | {f"HTTP_{name}": value for name, value in headers.items()}
    if headers == {"IF_NONE_MATCH": ""}:
        environ["HTTP_IF_NONE_MATCH"] = page.etag
    response = HttpResponse()

    def start_response(line, sent):
        response.status_code = int(line.split()[0])
        response.headers = dict(sent)

    page.answer(environ, start_response)
    return response


def again(path):
    """Asked for a second time by a browser that keeps it."""
    first = ask(path)
    names = {"if-none-match": "ETag", "if-modified-since": "Last-Modified"}
    known = {
        name: first.headers[header] for name, header in names.items() if header in first.headers
    }
    return ask(path, headers=known)


def too_many():
    for _time in range(PER_NETWORK.times):
        PER_NETWORK.allows(client_network(RequestFactory().get("/")))
    return ask("/yours/", "post", data=filled_in_for_data())


def filled_in_for_data():
    with ago(seconds=30):
        stamp = AskForm().initial["rendered"]
    return {"email": "ann@example.org", "rendered": stamp}


def outdated_link():
    path = DataRequest.objects.create(email="ann@example.org").make_path()
    with after(days=2):
        return ask(path)


ANSWERS = {
    "page": (200, lambda: ask("/")),
    "article": (200, lambda: ask("/articles/sleep-well/")),
    "feed": (200, lambda: ask("/feed/")),
    "log-in": (200, lambda: ask("/admin/login/")),
    "static file": (200, lambda: ask("/static/some.css")),
    "media": (200, lambda: ask("/media/some.png")),
    "plain text": (200, lambda: ask("/robots.txt")),
    "after a form": (302, lambda: ask("/admin/")),
    "missing slash": (301, lambda: ask("/articles/sleep-well")),
    "to https": (301, lambda: ask("/", secure=False)),
    "bad host": (400, lambda: ask("/", headers={"host": "elsewhere.example"})),
    "NUL in the query": (400, lambda: ask("/?q=%00")),
    "unreadable form": (400, lambda: ask("/newsletter/", "post", data=b"x", content_type="multipart/form-data")),
    "from elsewhere": (403, lambda: ask("/newsletter/", "post", headers={"sec-fetch-site": "cross-site"})),
    "no token": (403, lambda: Client(enforce_csrf_checks=True).post("/admin/login/", secure=True)),
    "not found": (404, lambda: ask("/articles/nothing/")),
    "static file not found": (404, lambda: ask("/static/nothing.css")),
    "media not found": (404, lambda: ask("/media/nothing.png")),
    "wrong method": (405, lambda: ask("/", "post")),
    "too large": (413, lambda: ask("/newsletter/", "post", CONTENT_LENGTH="60000000")),
    "HEAD": (200, lambda: ask("/", "head")),
    "kept page": (200, kept_page),
    "kept page, not modified": (304, lambda: kept_page(IF_NONE_MATCH="")),
    "static file, not modified": (304, lambda: again("/static/some.css")),
    "outdated link": (410, outdated_link),
    "too many": (429, too_many),
    "form with errors": (422, lambda: ask("/newsletter/", "post")),
}  # fmt: skip


def check(response, *, secure=True):
    found = {name: response.headers.get(name) for name in HEADERS}
    expected = HEADERS if secure else HEADERS | {"Strict-Transport-Security": None}
    assert found == expected
    directives = response.headers["Content-Security-Policy"].split(";")
    policy = dict(part.strip().split(" 'nonce")[0].partition(" ")[::2] for part in directives)
    # In what people upload nothing runs at all.
    names = POLICY if "sandbox" not in policy else ("default-src", "frame-ancestors")
    assert {name: policy[name] for name in names} == {name: POLICY[name] for name in names}
    # Files that are kept for ever are pictures, which webmail shows, too.
    is_file = "sandbox" in policy and "immutable" in response.headers.get("Cache-Control", "")
    expected_policy = "cross-origin" if is_file else "same-origin"
    assert response.headers["Cross-Origin-Resource-Policy"] == expected_policy
    assert response.headers["Referrer-Policy"] in {
        "strict-origin-when-cross-origin",
        "no-referrer",
        "same-origin",
    }
    assert "geolocation=()" in response.headers["Permissions-Policy"]  # fmt: skip


@pytest.mark.parametrize("kind", ANSWERS)
@pytest.mark.usefixtures("site")
def test_answer_carries_the_security_headers(kind):
    status, answer = ANSWERS[kind]

    response = answer()

    assert response.status_code == status
    check(response, secure=kind != "to https")


@pytest.mark.parametrize(
    ("error", "status"),
    [(ValueError(), 500), (OperationalError(), 503), (TooManyFieldsSent(), 400), (PermissionError(), 500)],
)  # fmt: skip
@pytest.mark.usefixtures("site")
def test_page_of_a_fault_carries_them_too(monkeypatch, error, status):
    monkeypatch.setattr(
        "config.web.middleware.clean_query.NulInQueryMiddleware.__call__", fails(error)
    )

    response = ask("/")

    assert response.status_code == status
    check(response)


NO_REQUESTS = {
    b"400": b"nonsense\r\n\r\n",
    b"414": b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\n\r\n",
    b"431": b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * HEAD_BYTES,
    b"413": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n" + b"x" * 300_000,
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("status", NO_REQUESTS)
def test_web_servers_own_answers_carry_them_too(port, status):  # noqa: F811 - the fixture
    head = all_of(send(port, NO_REQUESTS[status])).partition(b"\r\n\r\n")[0].decode()

    line, *headers = head.split("\r\n")
    assert line.split()[1] == status.decode()
    response = HttpResponse(headers=dict(header.split(": ", 1) for header in headers))
    response.headers["Content-Security-Policy"] += "; sandbox"  # it runs nothing, as uploads do
    check(response, secure=False)


# What SITE_URL decides


def settings_with(**environment):
    plain = {"DATABASE_URL": "postgresql://nobody@localhost/none", "SECRET_KEY": "x" * 50}
    plain |= {"SITE_URL": "https://magazine.example"}
    return read_anew("config/settings.py", **(plain | environment))


@pytest.mark.long
def test_https_site_insists_on_it():
    found = settings_with()

    assert found.SECURE_SSL_REDIRECT is True
    assert found.SESSION_COOKIE_SECURE is True
    assert found.CSRF_COOKIE_SECURE is True
    assert found.SECURE_HSTS_SECONDS == 365 * 24 * 3600
    assert found.SESSION_COOKIE_SAMESITE == found.CSRF_COOKIE_SAMESITE == "Lax"


@pytest.mark.long
def test_hsts_reaches_no_further_by_itself():
    found = settings_with()

    assert found.SECURE_HSTS_INCLUDE_SUBDOMAINS is False
    assert found.SECURE_HSTS_PRELOAD is False


@pytest.mark.long
def test_operator_may_have_hsts_reach_further():
    found = settings_with(HSTS_INCLUDE_SUBDOMAINS="1", HSTS_PRELOAD="1")

    assert found.SECURE_HSTS_INCLUDE_SUBDOMAINS is True
    assert found.SECURE_HSTS_PRELOAD is True


@pytest.mark.long
@pytest.mark.parametrize(
    "environment",
    [{}, {"HSTS_INCLUDE_SUBDOMAINS": "1", "HSTS_SECONDS": "60"},
     {"HSTS_INCLUDE_SUBDOMAINS": "1", "SITE_URL": "http://magazine.example"}],
)  # fmt: skip
def test_preload_that_no_list_would_take_stops_the_start(environment):
    with pytest.raises(ImproperlyConfigured, match="HSTS_PRELOAD=1: "):
        settings_with(HSTS_PRELOAD="1", **environment)
