"""Faults reported to Sentry by its own library: what happened and where, and nothing of a person."""

import json
import logging
import sys

import pytest
import sentry_sdk
from django.conf import settings as project
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from sentry_sdk.transport import Transport

from config.environment import read_dsn
from config.watching.faults import report_faults
from config.web.watching.log_lines import fault_name
from tests.config.test_log_lines import raised, refused_row

BROWSER = {
    "user-agent": "browser of Rosa",
    "cookie": "sessionid=stolen",
    "authorization": "Bearer b",
}
PERSONAL = ("rosa", "203.0.113.9", "some-token", "my+illness", "my illness", "stolen", "Bearer", "dear all")  # fmt: skip


class Kept(Transport):
    def __init__(self):
        super().__init__()
        self.events = []

    def capture_envelope(self, envelope):
        self.events.append(envelope.get_event())


@pytest.fixture(scope="module")
def transport():
    """What the library stands in front of stays there, once in a process, and does nothing without a client."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(project, "SENTRY_DSN", "https://key@faults.example/1")
        report_faults()
        client = sentry_sdk.get_client()
        client.transport.kill()
        client.transport = Kept()
        yield client.transport
        sentry_sdk.get_global_scope().set_client(None)


@pytest.fixture
def events(transport):
    transport.events.clear()
    return transport.events


def assert_harmless(event):
    for value in event.get("exception", {}).get("values", ()):
        for frame in value["stacktrace"]["frames"]:  # lines of this file among them
            for name in ("pre_context", "context_line", "post_context"):
                frame.pop(name, None)
    text = json.dumps(event).lower()
    assert [words for words in PERSONAL if words.lower() in text] == []


def test_fault_of_a_view_is_reported_without_its_request(events, db, monkeypatch):
    def fails(*args, **kwargs):
        raise ValueError("of rosa@example.org, who came from 203.0.113.9")

    monkeypatch.setattr("config.your_data.views.address_behind", fails)
    reader = Client(raise_request_exception=False, headers=BROWSER, REMOTE_ADDR="203.0.113.9")
    reader.get("/yours/some-token/?q=my+illness")
    reader.post("/yours/some-token/", {"email": "rosa@example.org", "body": "Dear all"})

    event, *_more = events
    assert event["logger"] == "django.request"
    assert event["exception"]["values"][-1]["type"] == "ValueError"
    assert event["exception"]["values"][-1]["stacktrace"]["frames"][-1]["function"] == "fails"
    assert not {"request", "user", "breadcrumbs", "server_name", "extra", "contexts"} & event.keys()
    for event in events:
        assert_harmless(event)


def test_value_of_a_row_is_not_reported(events, db):
    logging.getLogger("colophon.x").error(
        "not kept for rosa@example.org", exc_info=refused_row("Dear all, rosa@example.org writes")
    )

    [event] = events
    assert "incident_kind_known" in event["exception"]["values"][-1]["value"]
    assert event["logentry"]["message"] == "not kept for …"
    assert_harmless(event)


def test_message_is_reported_with_its_values_made_harmless(events):
    logging.getLogger("colophon.x").error(
        "mail to %s: %s", "rosa@example.org", "/yours/some-token/"
    )

    [event] = events
    assert event["logentry"] == {"message": "mail to …: /yours/…/"}
    assert_harmless(event)


def test_equal_faults_are_one_as_in_the_log(events):
    errors = [raised(ValueError("one")), raised(ValueError("another"))]
    for error in errors:
        logging.getLogger("colophon.x").error("failed", exc_info=error)

    assert [event["fingerprint"] for event in events] == [[fault_name(errors[0])]] * 2


def test_warning_is_no_fault(events):
    logging.getLogger("colophon.x").warning("a query took long")

    assert events == []


def test_nothing_is_reported_unless_it_is_asked_for(settings, monkeypatch):
    settings.SENTRY_DSN = ""
    monkeypatch.setattr(sentry_sdk, "init", lambda **options: pytest.fail("reports"))

    report_faults()


def test_library_that_is_missing_stops_the_start(monkeypatch):
    monkeypatch.setenv("SENTRY_DSN", "https://key@faults.example/1")
    assert read_dsn("SENTRY_DSN")
    monkeypatch.setitem(sys.modules, "sentry_sdk.utils", None)

    with pytest.raises(ImproperlyConfigured, match=r"^SENTRY_DSN: .* pip install 'sentry-sdk"):
        read_dsn("SENTRY_DSN")
