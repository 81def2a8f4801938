"""Real SMTP, against servers that take, refuse and hang."""

import asyncio
import re
import socket
from contextlib import closing, contextmanager
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.utils import timezone

from config.web.mail import smtp
from config.web.mail.owed_mail import LEASE
from newsletter import links, tasks
from tests import factories
from tests.clock import after
from tests.config.mail_server import mail_server
from tests.ports import own_port

pytestmark = pytest.mark.django_db


class Mailbox:
    """Takes mails in after `seconds`, or answers each with `refusal`."""

    def __init__(self, refusal="", seconds=0.0):
        self.refusal, self.seconds = refusal, seconds
        self.raw = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        await asyncio.sleep(self.seconds)
        self.raw.append(envelope.original_content)
        return "250 OK"

    @property
    def mails(self):
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]


@pytest.fixture
def use_server(settings):
    """Send through the server on that port of this computer, which has so many seconds for each answer."""

    def use(port, seconds=60.0):
        options = {"host": "127.0.0.1", "port": port, "timeout": seconds}
        mailer = {"BACKEND": "config.web.mail.smtp.PatientBackend", "OPTIONS": options}
        settings.MAILERS = {"default": mailer, "bulk": mailer}

    return use


@pytest.fixture
def serve(use_server):
    """Run a mail server for a while: `with serve(Mailbox()):`."""

    @contextmanager
    def run(mailbox):
        with mail_server(mailbox) as port:
            use_server(port)
            yield mailbox

    return run


@contextmanager
def silent_server():
    """Takes the connection and never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def pending():
    return factories.subscriber("pending", mail_due_at=timezone.now())


def sweep_after(delay):
    with after(delay):
        tasks.send_due_confirmations.call()


def test_mail_arrives_as_text_and_html_with_its_headers(serve):
    subscriber = factories.subscriber("confirmed", mail_due_at=timezone.now())

    with serve(Mailbox()) as mailbox:
        tasks.send_confirmation.call(subscriber.pk)

    [mail] = mailbox.mails
    assert mail["To"] == subscriber.email
    assert mail.get_body(("plain",)).get_content().startswith("This address has been subscribed")
    assert "<!doctype html>" in mail.get_body(("html",)).get_content().lower()
    assert mail["Auto-Submitted"] == "auto-generated"
    # In one line; signed with the second in which it was made.
    one_click = links.one_click_url(subscriber).rpartition(":")[0].rpartition(":")[0]
    assert re.search(
        rb"^List-Unsubscribe: <%b:[\w:-]+/>\r\n" % re.escape(one_click.encode()),
        mailbox.raw[0],
        re.M,
    )
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in mailbox.raw[0]


@pytest.mark.parametrize("refusal", ["451 try later", "550 not here"])
def test_mail_that_a_server_refuses_is_delivered_by_a_later_sweep(serve, pending, refusal):
    with serve(Mailbox(refusal)) as mailbox:
        tasks.send_confirmation.call(pending.pk)
    pending.refresh_from_db()
    assert not mailbox.mails
    assert pending.mail_due_at is not None

    with serve(Mailbox()) as mailbox:
        sweep_after(timedelta(minutes=2))

    assert [mail["To"] for mail in mailbox.mails] == [pending.email]


def test_mail_for_a_server_that_hangs_is_delivered_by_a_later_sweep(serve, use_server, pending):
    with silent_server() as port:
        use_server(port, seconds=0.5)
        tasks.send_confirmation.call(pending.pk)
    pending.refresh_from_db()
    assert pending.mail_due_at is not None

    with serve(Mailbox()) as mailbox:
        sweep_after(timedelta(minutes=2))

    assert len(mailbox.mails) == 1


def test_answer_to_a_mail_is_waited_for_by_a_time_of_its_own(serve, pending, monkeypatch):
    """RFC 5321 4.5.3.2.6: ten minutes, whatever the other answers have: a minute here."""
    monkeypatch.setattr(smtp, "ANSWER_SECONDS", 0.2)

    with serve(Mailbox(seconds=3600)) as mailbox:
        tasks.send_confirmation.call(pending.pk)

    pending.refresh_from_db()
    assert mailbox.mails == []
    assert pending.mail_due_at is not None


def test_lease_outlasts_the_slowest_answer():
    assert LEASE.total_seconds() > smtp.ANSWER_SECONDS + 8 * 15


def test_mail_for_a_server_that_is_down_is_delivered_by_a_later_sweep(serve, use_server, pending):
    with own_port() as port:  # of nobody
        use_server(port)
        tasks.send_confirmation.call(pending.pk)

    with serve(Mailbox()) as mailbox:
        sweep_after(timedelta(minutes=2))

    assert len(mailbox.mails) == 1


def test_international_domain_is_written_in_ascii_on_the_wire(serve):
    subscriber = factories.subscriber(
        "pending", email="reader@bücher.example", mail_due_at=timezone.now()
    )

    with serve(Mailbox()) as mailbox:
        tasks.send_confirmation.call(subscriber.pk)

    assert mailbox.mails[0]["To"] == "reader@xn--bcher-kva.example"
