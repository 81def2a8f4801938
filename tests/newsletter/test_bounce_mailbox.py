"""The mailbox of bounces is read over TLS, and a fault of its server loses no report."""

import imaplib
import ssl
from contextlib import ExitStack

import pytest

from newsletter.bounces import mailbox
from newsletter.models import MailEvent, Subscriber
from newsletter.tasks import read_bounces
from tests import factories
from tests.newsletter.imap_server import Mailbox, running, write_certificate
from tests.newsletter.test_bounces import bounce

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return write_certificate(tmp_path_factory.mktemp("imap") / "server.pem")


@pytest.fixture
def server(certificate, monkeypatch):
    """A mailbox with a bounce and another mail: `server(starttls=True)`."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    factories.subscriber(email="reader@example.org")
    row = factories.started_issue().deliveries.get()
    with ExitStack() as stack:

        def start(**options):
            started = Mailbox(certificate, **options)
            started.mails = {1: bounce(row), 2: b"Subject: I am away\r\n\r\nUntil Monday."}
            return stack.enter_context(running(started))

        yield start


@pytest.mark.parametrize("starttls", [False, True])
def test_unread_mails_are_taken_in_and_marked(server, starttls):
    box = server(starttls=starttls)

    assert mailbox.read_mailbox(box.login) == 1
    assert mailbox.read_mailbox(box.login) == 0
    assert box.seen == {1, 2}
    assert box.logins[0].split() == ["me", '"secret"']
    assert Subscriber.objects.get().status == "bounced"


@pytest.mark.parametrize("starttls", [False, True])
def test_password_goes_to_no_server_with_a_certificate_of_its_own(server, starttls, monkeypatch):
    box = server(starttls=starttls)
    monkeypatch.delenv("SSL_CERT_FILE")

    with pytest.raises(ssl.SSLCertVerificationError):
        mailbox.read_mailbox(box.login)

    assert box.logins == []


def test_password_goes_to_no_server_without_tls(server):
    box = server(starttls=True, offers_tls=False)

    with pytest.raises(imaplib.IMAP4.error, match="TLS not supported"):
        mailbox.read_mailbox(box.login)

    assert box.logins == []


@pytest.mark.parametrize(
    ("command", "fault"),
    [("LOGIN", "drop"), ("SELECT", "drop"), ("FETCH", "drop"), ("STORE", "drop"), ("FETCH", "hang"),
     ("STORE", "hang"), ("SEARCH", "* SEARCH x{\r\n"), ("FETCH", "* 1 FETCH (BODY[] {9}\r\n")],
)  # fmt: skip
def test_report_outlives_a_fault_of_the_server(server, settings, monkeypatch, command, fault):
    box = server()
    settings.NEWSLETTER_BOUNCE_MAILBOX = box.login
    box.faults = {command: fault}
    with monkeypatch.context() as patched:
        patched.setattr(mailbox, "SECONDS", 0.5)
        read_bounces.call()

    box.faults = {}
    box.ending.set()
    read_bounces.call()

    assert box.seen == {1, 2}
    assert MailEvent.objects.get().kind == "hard"


def test_server_that_is_away_is_asked_again(server, settings, caplog):
    settings.NEWSLETTER_BOUNCE_MAILBOX = server().login | {"port": 1}

    read_bounces.call()

    assert "cannot be read, trying again" in caplog.text
