"""The log: one line a request or fault, as text or JSON, and nothing in it that names somebody."""

import json
import logging

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from config import settings as built
from config.web.watching.log_lines import Lines, RequestLog, harmless, harmless_path
from config.web.watching.request_id import begin_request, request_id
from config.web.watching.rows import Incident
from tests.config.cached_site import Site
from tests.config.wsgi import environ_of, get


def line_of(message="", *, as_json=True, error=None, **extra):
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("colophon.x", logging.ERROR, "", 1, message, (), exc_info)
    vars(record).update(extra)
    text = Lines(as_json=as_json).format(record)
    return json.loads(text) if as_json else text


def raised(error):
    try:
        raise error
    except type(error) as caught:
        return caught


@pytest.mark.parametrize("said, kept", [
    ("mail to rosa.m+x@example.co.uk failed", "mail to … failed"),
    ("Key (email)=(rosa@example.org) already exists", "Key (email)=(…) already exists"),
    ("from 203.0.113.9 and 2001:db8::1:2", "from … and …"),
    ("GET /search/?q=my+illness&x=1 took long", "GET /search/… took long"),
    ("/comments/1:1r2AbC:abcdefghijklmnopqrstuvwxyz0123/", "/comments/…/"),
    ("12:30:45 at version 6.1.3, p < 0.05", "12:30:45 at version 6.1.3, p < 0.05"),
])  # fmt: skip
def test_line_holds_no_address_token_or_query(said, kept):
    assert line_of(said)["message"] == kept


def test_token_of_a_link_is_not_in_its_path(db):
    assert harmless_path("/newsletter/confirm/abcdef/") == "/newsletter/confirm/…/"
    assert harmless_path("/yours/secret/") == "/yours/…/"
    assert harmless_path("/articles/sleep-well/") == "/articles/sleep-well/"
    assert harmless_path("/nowhere/at/all/") == "/nowhere/at/all/"


def test_fault_is_one_line_of_json_with_a_name_that_stays():
    first = line_of("it failed", error=raised(ValueError("of rosa@example.org")))
    again = line_of("it failed", error=raised(ValueError("another text")))

    assert first["fault"] == again["fault"]
    assert line_of("it failed", error=raised(KeyError("x")))["fault"] != first["fault"]
    assert "rosa" not in first["traceback"]
    assert "ValueError" in first["traceback"]


def test_text_is_one_line_but_for_the_traceback():
    assert "\n" not in line_of("two\nlines\r\nforged", as_json=False)
    assert line_of("failed", as_json=False, error=raised(ValueError("x"))).count("fault=") == 1


@pytest.mark.parametrize("given, is_taken", [
    ("abcdef12-3456", True), ("short", False), ("x" * 65, False), ("a b c d e f g", False),
    ("12345678\nforged", False), ("ü" * 10, False),
])  # fmt: skip
def test_request_id_of_the_proxy_is_taken_if_it_is_sound(given, is_taken):
    environ = {"HTTP_X_REQUEST_ID": given}
    begin_request(environ)

    assert (request_id() == given) is is_taken
    assert request_id() == request_id(environ)
    assert len(request_id()) >= 8


def test_each_request_gets_a_line_without_its_query(caplog):
    application = RequestLog(Site())

    with caplog.at_level(logging.INFO, "colophon.requests"):
        get(application, "/articles/rest/?q=secret", x_request_id="from-the-proxy")
        get(application, "/yours/forged-token/")

    first, second = (record for record in caplog.records if record.name == "colophon.requests")
    assert first.getMessage() == "GET /articles/rest/"
    assert second.getMessage() == "GET /yours/…/"
    assert first.fields["status"] == 200
    assert first.fields["request"] == "from-the-proxy"
    assert "secret" not in Lines(as_json=True).format(first)


def test_fault_of_a_view_names_its_request(caplog, db, monkeypatch):
    def fails(*args, **kwargs):
        raise ValueError("of rosa@example.org")

    monkeypatch.setattr("config.your_data.views.address_behind", fails)
    with caplog.at_level(logging.ERROR, "django.request"):
        Client(raise_request_exception=False).get(
            "/yours/some-token/", headers={"X-Request-ID": "from-the-proxy"}
        )

    told = json.loads(Lines(as_json=True).format(caplog.records[-1]))
    assert told["request"] == "from-the-proxy"
    assert "some-token" not in json.dumps(told)
    assert "rosa" not in json.dumps(told)


def test_slow_query_is_told_without_its_values(caplog, db, settings):
    from config.web.database.slow_queries import note_slow_query

    settings.SLOW_QUERY_MS = 0.000001
    with caplog.at_level(logging.WARNING, "colophon.slow_queries"):
        note_slow_query(lambda *given: 1, "SELECT  %s", ["secret"], False, {})

    assert caplog.records[0].getMessage().endswith(": SELECT %s")


def test_settings_let_the_log_write_these_lines():
    assert built.LOGGING["formatters"]["line"]["()"] == f"{Lines.__module__}.Lines"
    assert harmless("") == ""


@pytest.mark.parametrize(
    "said",
    [
        "Invalid request from ip=203.0.113.9: Invalid HTTP request line: 'GET /yours/secret/?q=x'",
        "Error handling request GET /yours/secret/?q=x",
        "Not Found: /yours/secret/",
        "gone (https://magazine.example/yours/secret/), not there",
    ],
)
def test_line_of_gunicorn_names_no_client_and_no_token(said):
    told = line_of(said)["message"]

    assert "secret" not in told
    assert "203.0.113.9" not in told
    assert "q=x" not in told
    assert built.LOGGING["loggers"]["gunicorn.error"]["handlers"] == ["stderr"]


def test_values_of_rows_that_postgresql_quotes_are_not_in_the_log(db):
    error = refused_row("words of a mail body")

    told = line_of("failed", error=error)

    assert "incident_kind_known" in told["traceback"]
    assert "words of a mail body" in str(error)
    assert "words of a mail body" not in json.dumps(told)


def refused_row(words):
    """An error of PostgreSQL that quotes the row it refuses."""
    try:
        with transaction.atomic():
            Incident.objects.create(kind="none", detail=words)
    except IntegrityError as error:
        return error


def test_environ_of_a_request_is_not_changed_but_for_its_number():
    environ = environ_of("/")
    before = dict(environ)
    begin_request(environ)
    request_id()

    assert {key: value for key, value in environ.items() if key in before} == before
