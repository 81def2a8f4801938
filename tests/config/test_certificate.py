"""The certificate that browsers are shown: an alarm before it ends, if CERTIFICATE_ALARM_DAYS asks for one."""

import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager

import pytest
from django.core import mail

from config.doctor import Level, of_machine
from config.management.commands.worker import loop_of
from config.watching import certificate, health, incidents, state
from config.watching.metrics import metrics_text
from config.watching.tasks import look_at_certificate
from config.web.watching.rows import Heartbeat, Incident
from tests import factories
from tests.ports import own_port

# Certificates are good from the real day on.
pytestmark = [pytest.mark.real_clock, pytest.mark.django_db]


class Shown:
    """A server that shows a certificate of its own; `received` has what each client sent after that."""

    def __init__(self, folder):
        self.folder, self.received = folder, []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.socket.getsockname()[1]}"
        self.file = folder / "certificate.pem"

    def renew(self, days):
        key = self.folder / "key.pem"
        subprocess.run(
            [  # noqa: S607
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", str(days), "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1",
                "-keyout", key, "-out", self.file,
            ],
            check=True, capture_output=True,
        )  # fmt: skip
        self.context.load_cert_chain(self.file, key)

    def serve(self):
        while True:
            try:
                plain, _client = self.socket.accept()
            except OSError:
                return
            try:
                with self.context.wrap_socket(plain, server_side=True) as line:
                    self.received.append(b"")
                    self.received[-1] = line.recv(100)
            except OSError:  # the client refuses the certificate, or has closed the line
                pass

    @contextmanager
    def running(self):
        thread = threading.Thread(target=self.serve)
        thread.start()
        try:
            yield self
        finally:
            self.socket.shutdown(socket.SHUT_RDWR)
            thread.join()
            self.socket.close()


@pytest.fixture
def shown(tmp_path, settings, monkeypatch):
    """A certificate for three days, which is trusted here, and an alarm fourteen days before its end."""
    server = Shown(tmp_path)
    server.renew(days=3)
    settings.SITE_URL, settings.CERTIFICATE_ALARM_DAYS = server.url, 14
    monkeypatch.setenv("SSL_CERT_FILE", str(server.file))
    with server.running():
        yield server


@pytest.fixture(autouse=True)
def all_else_is_well(monkeypatch, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(state, "disks_of_site", lambda: [state.Disk("var", 60, 100)])
    Heartbeat.beat("worker")


def look():
    look_at_certificate.call()
    incidents.look_for_incidents()
    incidents.send_incident_mails()
    return set(Incident.objects.open().values_list("kind", flat=True))


def line_of(title):
    lines = {line.title: line for line in health.lines_of(state.read_state())}
    return lines.get(title)


def test_end_that_is_near_is_told_once_and_the_renewal_once(shown):
    factories.user("root", group="Editor", is_superuser=True)

    assert [look() for _turn in range(2)] == [{"cert"}] * 2
    assert "It ends at" in line_of("Certificate").value
    assert of_machine.certificate()[0].level == Level.WARNING
    shown.renew(days=90)
    assert [look() for _turn in range(2)] == [set()] * 2

    words = "The certificate ends soon, or is not accepted"
    assert [message.subject for message in mail.outbox] == [
        f"Act now: {words} (Colophon)", f"Over: {words} (Colophon)",
    ]  # fmt: skip
    assert line_of("Certificate").light == health.GOOD
    assert of_machine.certificate()[0].level == Level.GOOD
    left = [line for line in metrics_text().splitlines() if line.startswith("colophon_certificate")]
    assert 89 < float(left[0].split()[1]) / (24 * 3600) <= 90
    assert set(shown.received) == {b""}, "nothing is asked for but the certificate"


def test_certificate_that_browsers_refuse_is_told(shown, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")

    assert look() == {"cert"}

    assert "Browsers do not accept it: self-signed certificate" in line_of("Certificate").value
    assert of_machine.certificate()[0].level == Level.ERROR


def test_certificate_of_another_name_is_told(shown, settings):
    settings.SITE_URL = shown.url.replace("127.0.0.1", "localhost")

    assert look() == {"cert"}


def test_site_that_does_not_answer_is_named_on_the_page_and_no_alarm(settings):
    with own_port() as port:
        settings.SITE_URL, settings.CERTIFICATE_ALARM_DAYS = f"https://127.0.0.1:{port}", 14

        assert look() == set()
        assert of_machine.certificate()[0].level == Level.WARNING

    assert line_of("Certificate").light == health.LOOK
    assert "Connection refused" in line_of("Certificate").value


def test_last_answer_counts_while_the_site_does_not_answer(shown, monkeypatch):
    assert look() == {"cert"}

    def away():
        raise TimeoutError("timed out")

    monkeypatch.setattr(certificate, "ask_certificate", away)
    assert look() == {"cert"}


@pytest.mark.parametrize(("url", "days"), [("https", 0), ("http", 14)])
def test_nobody_looks_unless_it_is_asked_for(shown, settings, url, days):
    settings.SITE_URL = shown.url.replace("https", url)
    settings.CERTIFICATE_ALARM_DAYS = days

    assert look() == set()

    assert line_of("Certificate") is None
    assert of_machine.certificate()[0].level == Level.GOOD
    assert shown.received == []


def test_slow_answer_delays_no_other_task():
    assert loop_of("config.watching.tasks.look_at_certificate") == "others"
