"""A provider that can takes many mails in one call; each reader gets their own, once."""

import json
import re
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from newsletter import links
from newsletter.models import Delivery
from newsletter.sending import claims
from tests import factories
from tests.newsletter.conftest import LOCMEM
from tests.newsletter.issues import statuses
from tests.newsletter.test_provider import send_all

pytestmark = pytest.mark.django_db(transaction=True)


class FakeMailgun(BaseHTTPRequestHandler):
    """Notes what is posted; `server.answer(recipients)` gives the status, or None for no answer."""

    def do_POST(self):
        posted = self.rfile.read(int(self.headers["Content-Length"])).decode()
        fields = parse_qs(posted)
        call = {name: values[0] for name, values in fields.items()} | {"to": fields["to"]}
        self.server.calls.append(call)
        status = self.server.answer(call["to"])
        if status is None:
            self.close_connection = True
            return
        body = json.dumps({"id": "<a@mailgun>", "message": "Queued. Thank you."}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def mailgun(settings, monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), FakeMailgun)
    server.calls, server.answer = [], lambda recipients: 200
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    settings.NEWSLETTER_PROVIDER, settings.NEWSLETTER_PROVIDER_BATCH = "mailgun", 2
    settings.ANYMAIL = {
        "MAILGUN_API_KEY": "key", "MAILGUN_API_URL": f"http://127.0.0.1:{server.server_port}/v3",
        "IGNORE_UNSUPPORTED_FEATURES": True,
    }  # fmt: skip
    bulk = {"BACKEND": "anymail.backends.mailgun.EmailBackend"}
    settings.MAILERS = {"default": LOCMEM, "bulk": bulk}
    yield server
    server.shutdown()
    server.server_close()
    thread.join(60)


def readers(number):
    return [factories.subscriber(email=f"r{n}@example.org") for n in range(number)]


def sizes(server):
    return [len(call["to"]) for call in server.calls]


def test_each_of_a_call_gets_links_of_their_own(mailgun, monkeypatch):
    people = readers(5)
    issue = factories.started_issue(subject="Grüße", reply_to="desk@example.org")

    send_all(issue, monkeypatch)

    assert sizes(mailgun) == [2, 2, 1]
    assert statuses() == {"sent": 5}
    own = {}
    for call in mailgun.calls:
        assert call["subject"] == "Grüße"
        assert call["h:Reply-To"] == "desk@example.org"
        assert call["h:List-Unsubscribe"] == "%recipient.h:List-Unsubscribe%"
        assert call["h:List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert call["o:tracking-opens"] == call["o:tracking-clicks"] == "no"
        for part in ("text", "html"):
            assert "%recipient.unsubscribe_url%" in call[part]
            assert "slot.invalid" not in call[part]
        own |= json.loads(call["recipient-variables"])
    tokens = {row.subscriber_id: row.token for row in Delivery.objects.select_related("issue")}
    for person in people:
        given = own[person.email]
        assert given.pop("v:delivery") == tokens[person.pk]
        pages = {
            name: re.search(r"/newsletter/([\w-]+)/(\S+)/", url) for name, url in given.items()
        }
        assert {name: page[1] for name, page in pages.items()} == {
            "unsubscribe_url": "unsubscribe", "preferences_url": "preferences",
            "h:List-Unsubscribe": "one-click",
        }  # fmt: skip
        for page in pages.values():
            assert links.subscriber_to_unsubscribe(page[2]) == person


def test_call_without_an_answer_leaves_its_mails_in_doubt_and_no_others(
    mailgun, settings, monkeypatch
):
    settings.NEWSLETTER_IN_DOUBT = "hold"
    readers(4)
    issue = factories.started_issue()
    mailgun.answer = lambda recipients: None if "r1@example.org" in recipients else 200

    send_all(issue, monkeypatch)

    assert statuses() == {"in_doubt": 2, "sent": 2}


def test_call_that_a_killed_worker_had_begun_is_held(mailgun, settings, monkeypatch):
    settings.NEWSLETTER_IN_DOUBT = "hold"
    readers(3)
    issue = factories.started_issue()
    batch = claims.claim(issue, 2, issue.key)
    assert set(claims.Marks(issue.key).begin_all(batch).values()) == {1}
    Delivery.objects.update(due_at=issue.started_at)  # its lease has ended

    send_all(issue, monkeypatch)

    assert statuses() == {"in_doubt": 2, "sent": 1}
    assert sizes(mailgun) == [1]


def test_address_that_spoils_a_call_keeps_nobody_else_waiting(mailgun, monkeypatch):
    readers(4)
    issue = factories.started_issue()
    mailgun.answer = lambda recipients: 400 if "r2@example.org" in recipients else 200

    send_all(issue, monkeypatch)

    assert statuses() == {"sent": 3, "waiting": 1}
    waiting = Delivery.objects.get(status="waiting")
    assert (waiting.subscriber.email, waiting.attempts) == ("r2@example.org", 1)
    got = Counter(address for call in mailgun.calls for address in call["to"])
    assert got["r3@example.org"] == 2  # in the call that was refused, and by itself


def test_who_left_after_the_claim_is_in_no_call(mailgun, monkeypatch):
    leaving, staying = readers(2)
    issue = factories.started_issue()
    begin_all = claims.Marks.begin_all

    def leave_and_begin(marks, batch):
        leaving.unsubscribe()
        return begin_all(marks, batch)

    monkeypatch.setattr(claims.Marks, "begin_all", leave_and_begin)
    send_all(issue, monkeypatch)

    assert [call["to"] for call in mailgun.calls] == [[staying.email]]


def test_text_that_the_provider_would_fill_is_sent_one_by_one(mailgun, monkeypatch):
    readers(2)
    issue = factories.started_issue(intro="Write %recipient.name% for the name.")

    send_all(issue, monkeypatch)

    assert sizes(mailgun) == [1, 1]
    assert "/newsletter/unsubscribe/" in mailgun.calls[0]["text"]
