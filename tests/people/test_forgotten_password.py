"""A forgotten password: the same answer for every address, and a link that is good once."""

import pytest
from django.contrib.auth.models import User
from django.core import mail

from config.people.forgotten import PER_ADDRESS, PER_NETWORK
from config.people.models import PasswordRequest
from config.people.tasks import send_due_mail
from config.web.audit import AuditEntry
from tests import factories
from tests.clock import after
from tests.markup import links_of
from tests.people.conftest import GOOD_PASSWORD, passwords

pytestmark = [pytest.mark.django_db, pytest.mark.day("2026-11-21T12:00")]
ASK = "/admin/forgotten/"


def ask(client, email="edith@example.org", address="192.0.2.1"):
    return client.post(ASK, {"email": email}, REMOTE_ADDR=address)


def ask_and_send(client, *args, **more):
    answer = ask(client, *args, **more)
    send_due_mail.call()
    return answer


def test_log_in_page_leads_there(client):
    assert ASK in links_of(client.get("/admin/login/").text)


def test_link_sets_a_new_password_once(client, editor, link):
    ask_and_send(client, "Edith@Example.org")
    page = client.get(link())

    answer = client.post(link(), passwords())
    again = client.post(link(), passwords("another good password"))

    editor.refresh_from_db()
    assert "edith" in page.text
    assert (answer.status_code, answer["Location"]) == (303, "/admin/login/")
    assert editor.check_password(GOOD_PASSWORD)
    assert again.status_code == 410


def test_sessions_elsewhere_end(client, client_of, editor, link):
    elsewhere = client_of(editor)
    assert elsewhere.get("/admin/").status_code == 200

    ask_and_send(client)
    client.post(link(), passwords())

    assert elsewhere.get("/admin/").status_code == 302


def test_lock_of_wrong_passwords_is_lifted(client, editor, link):
    for number in range(10):
        client.post("/admin/login/", {"username": "edith", "password": f"wrong {number}"})
    ask_and_send(client)
    client.post(link(), passwords())

    answer = client.post("/admin/login/", {"username": "edith", "password": GOOD_PASSWORD})

    assert answer.status_code == 302


@pytest.mark.parametrize("who", ["unknown", "deactivated", "not at the desk", "two accounts"])
def test_others_get_the_same_answer_and_no_mail(client, editor, who):
    known = ask(client)
    PasswordRequest.objects.all().delete()
    if who == "deactivated":
        User.objects.update(is_active=False)
    elif who == "not at the desk":
        User.objects.update(is_staff=False)
    elif who == "two accounts":
        factories.user("edith2", group="Author")
        User.objects.update(email="edith@example.org")
    address = "nobody@example.org" if who == "unknown" else "edith@example.org"

    answer = ask_and_send(client, address)

    assert (answer.status_code, answer["Location"]) == (known.status_code, known["Location"])
    assert mail.outbox == []
    assert not PasswordRequest.objects.exists()


@pytest.mark.parametrize("kept", ["edith@münchen.example", "Edith@xn--mnchen-3ya.example"])
def test_address_may_be_typed_in_another_spelling(client, editor, kept):
    User.objects.update(email=kept)

    for typed in ("edith@münchen.example", "edith@xn--mnchen-3ya.example"):
        ask_and_send(client, typed)

    assert len(mail.outbox) == 2


def test_request_looks_for_no_account(client, editor, django_capture_on_commit_callbacks):
    """So it takes as long for each address: the task looks."""
    with django_capture_on_commit_callbacks() as callbacks:
        ask(client)

    assert mail.outbox == []
    assert len(callbacks) == 1


def test_network_is_refused_after_some_requests(client, editor):
    for number in range(PER_NETWORK.times):
        ask(client, f"person{number}@example.org")

    answer = ask(client)

    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    assert 'value="edith@example.org"' in answer.text
    assert ask(client, address="203.0.113.1").status_code == 303


def test_mailbox_gets_few_mails_and_the_answer_does_not_tell(client, editor):
    answers = [
        ask_and_send(client, address=f"198.51.{number}.1").status_code
        for number in range(PER_ADDRESS.times + 2)
    ]

    assert set(answers) == {303}
    assert len(mail.outbox) == PER_ADDRESS.times


def test_link_is_too_old_after_two_hours(client, editor, link):
    ask_and_send(client)

    with after(hours=2, seconds=1):
        assert client.get(link()).status_code == 410


@pytest.mark.parametrize("end", ["", "x"])
def test_altered_link_is_unknown(client, editor, link, end):
    ask_and_send(client)

    answer = client.post(link()[:-4] + end + "/", passwords())

    assert answer.status_code == 404


def test_wrong_address_is_explained(client):
    answer = ask(client, "edith@")

    assert answer.status_code == 422
    assert "Enter a full email address" in answer.text
    assert 'value="edith@"' in answer.text


def test_audit_log_tells_of_it(client, editor, link):
    ask_and_send(client)
    client.post(link(), passwords(), REMOTE_ADDR="192.0.2.77")

    entry = AuditEntry.objects.get(action="password_reset")

    assert (entry.name, entry.network) == ("edith", "192.0.2.0/24")
