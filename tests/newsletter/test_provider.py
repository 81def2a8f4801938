"""Issues go through a provider's API where one is set, and its events count once."""

import base64
import itertools
import json

import pytest
import requests
from anymail.exceptions import AnymailAPIError, AnymailRequestsAPIError
from anymail.message import AnymailRecipientStatus
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from urllib3.exceptions import NewConnectionError, ReadTimeoutError

from config import environment
from config.web.requests.sent_forms import FORM_BYTES
from newsletter.models import Delivery, Issue, MailEvent, Subscriber
from newsletter.sending.carriers import open_carrier
from newsletter.sending.desk import Desk
from newsletter.sending.line import Line
from newsletter.sending.provider import ProviderCarrier
from newsletter.sending.smtp import Unanswered, Unreachable
from tests import factories
from tests.config.odd_requests import DEEP, ODD
from tests.newsletter.conftest import LOCMEM

SECRET = "hook:secret"
HOOK = "/newsletter/provider/"


@pytest.fixture
def provider(settings):
    settings.NEWSLETTER_PROVIDER = "postmark"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "IGNORE_UNSUPPORTED_FEATURES": True}
    test = {"BACKEND": "anymail.backends.test.EmailBackend"}
    settings.MAILERS = {"default": LOCMEM, "bulk": test}


def send_all(issue, monkeypatch):
    """As one connection of a worker does."""
    monkeypatch.setattr("newsletter.sending.line.connection.close", lambda: None)
    desk = Desk()
    desk.issues = [issue]
    Line(desk).run()


@pytest.mark.django_db(transaction=True)
def test_each_subscriber_gets_a_mail_of_their_own(provider, mailoutbox, monkeypatch):
    readers = [factories.subscriber(email=f"r{n}@bücher.example") for n in range(3)]
    issue = factories.started_issue(
        subject="Grüße: the week", intro=".A line.\n.Another", reply_to="desk@example.org"
    )

    send_all(issue, monkeypatch)

    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}
    assert sorted(mail.to[0] for mail in mailoutbox) == [f"r{n}@xn--bcher-kva.example" for n in range(3)]  # fmt: skip
    for mail, row in zip(mailoutbox, Delivery.objects.order_by("pk"), strict=True):
        given = mail.anymail_test_params
        assert given["subject"] == "Grüße: the week"
        assert given["metadata"] == {"delivery": row.token}
        assert "\n.A line" in given["text_body"] or ".A line." in given["text_body"]
        assert "/newsletter/unsubscribe/" in given["text_body"]
        assert "slot.invalid" not in given["html_body"] + given["text_body"]
        assert given["extra_headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert given["track_opens"] is given["track_clicks"] is False
        assert given["reply_to"][0].addr_spec == "desk@example.org"
    assert len(readers) == len(mailoutbox)


def carrier_that(monkeypatch, answer):
    """A carrier whose provider answers so."""
    from anymail.backends.test import EmailBackend

    def post(self, payload, message):
        if isinstance(answer, Exception):
            raise answer
        status = AnymailRecipientStatus(message_id=None, status=answer)
        return {"recipient_status": dict.fromkeys(payload.recipient_emails, status)}

    monkeypatch.setattr(EmailBackend, "post_to_esp", post)
    return open_carrier()


DATA = (
    b"From: a@example.org\r\nSubject: x\r\nMessage-ID: <n.1.ab@x>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/alternative; boundary="=_b"\r\n\r\n--=_b\r\nContent-Type: text/plain\r\n\r\nx\r\n'
    b"--=_b\r\nContent-Type: text/html\r\n\r\n<p>x\r\n--=_b--\r\n"
)


def hand_over(carrier):
    return carrier.hand_over("b@example.org", "r@example.org", DATA)


@pytest.mark.parametrize(("said", "status"), [("invalid", "5.1.3"), ("rejected", "5.0.0")])
def test_refused_address_is_told_as_by_a_mail_server(provider, monkeypatch, said, status):
    answer = hand_over(carrier_that(monkeypatch, said))

    assert (answer.code, answer.to, answer.status) == (550, "rcpt", status)


def with_status(code):
    response = requests.Response()
    response.status_code = code
    return AnymailRequestsAPIError("no", response=response)


@pytest.mark.parametrize(("code", "told"), [(429, 450), (503, 450), (401, 554), (422, 554)])
def test_other_answers_leave_the_mail_waiting(provider, monkeypatch, code, told):
    answer = hand_over(carrier_that(monkeypatch, with_status(code)))

    assert (answer.code, answer.to) == (told, "text")


def caused_by(cause):
    error = AnymailAPIError("away")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("code", [200, 504])
def test_answer_that_tells_nothing_leaves_doubt(provider, monkeypatch, code):
    with pytest.raises(Unanswered):
        hand_over(carrier_that(monkeypatch, with_status(code)))


@pytest.mark.parametrize(
    ("cause", "raised"),
    [
        (requests.exceptions.ConnectTimeout(), Unreachable),
        (requests.exceptions.ReadTimeout(), Unanswered),
        (requests.exceptions.ConnectionError("aborted"), Unanswered),
        (None, Unanswered),
    ],
)
def test_provider_that_does_not_answer(provider, monkeypatch, cause, raised):
    with pytest.raises(raised):
        hand_over(carrier_that(monkeypatch, caused_by(cause)))


@pytest.mark.parametrize(
    ("reason", "raised"),
    [(NewConnectionError(None, "refused"), Unreachable), (ReadTimeoutError(None, "", "slow"), Unanswered)],
)  # fmt: skip
def test_connection_that_was_never_made_has_lost_no_mail(provider, monkeypatch, reason, raised):
    class Tried(Exception):
        pass

    tried = Tried()
    tried.reason = reason
    cause = requests.exceptions.ConnectionError(tried)

    with pytest.raises(raised):
        hand_over(carrier_that(monkeypatch, caused_by(cause)))


def test_carrier_is_that_of_the_provider(provider):
    assert isinstance(open_carrier(), ProviderCarrier)


# Events


@pytest.fixture
def delivery(db):
    factories.subscriber(email="reader@example.org")
    return factories.started_issue().deliveries.get()


@pytest.fixture
def post(client, provider):
    def send(event, secret=SECRET, content_type="application/json"):
        login = base64.b64encode(secret.encode()).decode()
        headers = {"authorization": f"Basic {login}"} if secret else {}
        body = event if isinstance(event, bytes) else json.dumps(event)
        return client.generic("POST", HOOK, body, content_type, headers=headers)

    return send


def bounce(delivery, **more):
    return {
        "RecordType": "Bounce", "ID": 42, "Type": "HardBounce", "MessageID": "abc",
        "Metadata": {"delivery": delivery.token}, "Email": "reader@example.org",
        "BouncedAt": "2001-11-05T16:33:54Z", "Details": "smtp;550 5.1.1 no such user", **more,
    }  # fmt: skip


def test_replayed_event_counts_once(post, delivery):
    answers = [post(bounce(delivery)).status_code for _time in range(2)]

    assert answers == [200, 200]
    assert MailEvent.objects.get().kind == "hard"
    assert Subscriber.objects.get().status == "bounced"


def test_many_events_in_one_call_are_larger_than_a_form_may_be(post, delivery, settings):
    settings.NEWSLETTER_PROVIDER = "sparkpost"
    event = {"type": "delivery", "event_id": "x" * 200, "timestamp": "1000000000"}
    bounced = event | {
        "type": "bounce", "bounce_class": "10", "raw_reason": "550 5.1.1 no such user",
        "rcpt_to": "reader@example.org", "rcpt_meta": {"delivery": delivery.token},
    }  # fmt: skip
    events = [{"msys": {"message_event": one}} for one in [event] * 1000 + [bounced]]

    assert len(json.dumps(events)) > FORM_BYTES
    assert post(events).status_code == 200

    assert MailEvent.objects.get().kind == "hard"


@pytest.mark.parametrize("status", ["waiting", "in_doubt"])
def test_mail_in_doubt_that_arrived_is_not_sent_again(post, delivery, status):
    Delivery.objects.update(status=status, begun_at=timezone.now(), doubts=1)

    for _time in range(2):
        arrived = bounce(delivery, RecordType="Delivery", DeliveredAt="2001-11-05T16:33:54Z")
        assert post(arrived).status_code == 200

    delivery.refresh_from_db()
    assert (delivery.status, delivery.answer) == ("sent", "Postmark: delivered")
    assert not MailEvent.objects.exists()


def test_complaint_ends_the_subscription(post, delivery):
    post(bounce(delivery, RecordType="SpamComplaint", Type="SpamComplaint"))

    assert Subscriber.objects.get().status == "complained"


def test_mailbox_that_is_full_keeps_its_reader(post, delivery):
    post(bounce(delivery, Type="SoftBounce", Details="552 5.2.2 full"))

    assert MailEvent.objects.get().kind == "soft"
    assert Subscriber.objects.get().is_confirmed


def test_opened_mail_is_not_noted(post, delivery):
    opened = bounce(delivery, RecordType="Open", ReceivedAt="2001-11-05T16:33:54Z")

    assert post(opened).status_code == 200
    assert not MailEvent.objects.exists()


@pytest.mark.parametrize("token", ["", "1.forged", "x"])
def test_event_of_no_delivery_of_ours_changes_nothing(post, delivery, token):
    assert post(bounce(delivery, Metadata={"delivery": token})).status_code == 200

    assert Subscriber.objects.get().is_confirmed


@pytest.mark.parametrize("secret", ["", "hook:wrong"])
def test_without_the_secret_nothing_is_read(post, delivery, secret):
    assert post(bounce(delivery), secret).status_code == 400
    assert not MailEvent.objects.exists()


NO_EVENTS = [
    b"", b"x", DEEP.encode(), b'{"a":' * 30_000, b"null", b"5", b'"x"', b"[5]", b"[[]]", b"\0", b"1" * 5_000,
    b"\xff", "{}".encode("utf-16"), b"\x1f\x8b", b'{"FromFull": {}}', b'{"Metadata": []}',
]  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("name", ["postmark", "sparkpost", "mailjet", "amazon_ses"])
def test_body_that_is_no_event_is_refused_in_words(post, settings, name):
    settings.NEWSLETTER_PROVIDER = name

    for body in NO_EVENTS:
        for kind in ("application/json", "text/plain; charset=rot13", "multipart/form-data"):
            answer = post(body, content_type=kind)

            assert answer.status_code == 400, body[:20]
            assert answer.text == f"This is no event of {name}.\n"


@pytest.mark.long
def test_odd_values_in_an_event_are_answered(post, delivery):
    values = [*ODD, None, 5, 1e300, [], {}, [[]], "\ud800"]
    for name, value in itertools.product(bounce(delivery), values):
        for odd in ({name: value}, {"Metadata": {"delivery": value, "anymail_id": value}}):
            assert post(bounce(delivery, **odd)).status_code in {200, 400, 413}, odd


def test_characters_that_no_column_takes_are_left_out_of_an_event(post, delivery):
    odd = bounce(delivery, ID="\ud800\0", Details="smtp;550 5.1.1\0 no such\ud800 user")

    assert [post(odd).status_code for _time in range(2)] == [200, 200]
    assert MailEvent.objects.get().answer == "smtp;550 5.1.1 no such user"


def test_refusal_as_a_policy_is_told_without_such_characters(post, delivery):
    refused = bounce(delivery, Details="smtp;550 5.7.1\0 no\ud800")

    assert post(refused).status_code == 200
    assert MailEvent.objects.get().kind == "policy"
    assert "It answered: smtp;550 5.7.1 no" in Issue.objects.get().note


def test_fault_while_an_event_is_noted_stays_one_so_that_it_is_sent_again(
    post, delivery, monkeypatch
):
    monkeypatch.setattr("newsletter.bounces.provider.record", lambda *_args, **_more: int("x"))

    with pytest.raises(ValueError, match="invalid literal"):
        post(bounce(delivery))


def test_webhook_without_a_secret_that_is_set_refuses_all(post, delivery, settings):
    settings.ANYMAIL = {}

    assert post(bounce(delivery)).status_code == 400


def test_no_provider_no_webhook(client, db):
    assert client.post(HOOK).status_code == 404


@pytest.mark.parametrize("name", ["made_up", "test", "base", "../x", "postmark; x"])
def test_wrong_provider_is_told_at_the_start(monkeypatch, name):
    monkeypatch.setenv("NEWSLETTER_PROVIDER", name)

    with pytest.raises(ImproperlyConfigured, match="NEWSLETTER_PROVIDER: write a provider"):
        environment.read_provider("NEWSLETTER_PROVIDER")


def test_keys_of_the_provider_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("SOME_POSTMARK_SERVER_TOKEN", " abc ")

    assert environment.read_prefixed("SOME_") == {"POSTMARK_SERVER_TOKEN": "abc"}
