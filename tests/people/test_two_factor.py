"""A second factor: set up by oneself, asked for at each log-in, and no way around it."""

import json

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from config.log_in import PER_ACCOUNT
from config.people.two_factor.devices import new_recovery_codes
from config.web.audit import AuditEntry
from tests import factories
from tests.people.conftest import GOOD_PASSWORD, code_of

# At the beginning of an hour, where all windows begin
pytestmark = [pytest.mark.django_db, pytest.mark.day("2026-11-21T12:00")]
SECOND = "/admin/login/second/"
OWN = "/admin/you/second-factor/"


def begin(name="gus", client=None, address="192.0.2.1", **more):
    client = client or Client()
    data = {"username": name, "password": "pass", **more}
    answer = client.post("/admin/login/", data, REMOTE_ADDR=address)
    assert (answer.status_code, answer["Location"]) == (302, SECOND)
    return client


def send(client, code, address="192.0.2.1"):
    return client.post(SECOND, {"code": code}, REMOTE_ADDR=address)


def is_logged_in(client):
    return client.get("/admin/").status_code == 200


def test_password_alone_does_not_log_in(guarded):
    client = begin()

    assert not is_logged_in(client)
    assert "authenticator app" in client.get(SECOND).text


def test_code_of_the_app_logs_in_and_leads_on(guarded):
    client = begin(next="/admin/articles/article/")

    answer = send(client, code_of(guarded))

    assert answer["Location"] == "/admin/articles/article/"
    assert is_logged_in(client)


def test_wanted_page_is_one_of_this_site(guarded):
    assert send(begin(next="https://evil.example/"), code_of(guarded))["Location"] == "/admin/"


def test_code_is_good_once(guarded):
    code = code_of(guarded)
    send(begin(), code)

    again = begin()
    answer = send(again, code)

    assert "has been used" in answer.text
    assert not is_logged_in(again)


@pytest.mark.parametrize("seconds", [-30, 30])
def test_clock_may_be_half_a_minute_off(guarded, clock, seconds):
    clock.shift(seconds=30)
    device = TOTPDevice.objects.get(user=guarded)
    device.drift = seconds // 30
    device.save()

    assert is_logged_in_by(guarded)


def is_logged_in_by(person):
    client = begin(person.username)
    send(client, code_of(person))
    return is_logged_in(client)


@pytest.mark.parametrize("code", ["", "000000", "12345", "abc", "０００００", "1" * 41])
def test_wrong_code_is_explained(guarded, code):
    client = begin()

    answer = send(client, code)

    assert answer.status_code == 200
    assert "errorlist" in answer.text
    assert not is_logged_in(client)


def test_code_of_somebody_else_does_not_help(guarded):
    other = factories.user("olga", group="Editor")
    TOTPDevice.objects.create(user=other, name="app", key="02" * 20)
    client = begin()

    send(client, code_of(other))

    assert not is_logged_in(client)


def test_recovery_code_stands_in_once(guarded):
    first, *_others = new_recovery_codes(guarded)
    client, again = begin(), begin()

    send(client, first.upper().replace("-", " "))
    send(again, first)

    assert is_logged_in(client)
    assert not is_logged_in(again)
    assert guarded.recovery_codes.count() == 9
    assert not guarded.recovery_codes.filter(digest__contains=first[:4]).exists()


def test_second_step_without_the_first_leads_back(client, guarded):
    assert client.get(SECOND)["Location"] == "/admin/login/"
    assert send(client, code_of(guarded))["Location"] == "/admin/login/"


@pytest.mark.parametrize("what", ["time", "password", "deactivated"])
def test_first_step_does_not_last(guarded, clock, what):
    client = begin()
    if what == "time":
        clock.shift(minutes=11)
    elif what == "password":
        guarded.set_password(GOOD_PASSWORD)
        guarded.save()
    else:
        User.objects.update(is_active=False)

    assert send(client, code_of(guarded))["Location"] == "/admin/login/"


def test_log_in_begins_a_new_session(guarded):
    client = Client()
    planted = client.session.session_key
    begin(client=client)
    half_way = client.cookies["sessionid"].value

    send(client, code_of(guarded))

    assert len({planted, half_way, client.cookies["sessionid"].value}) == 3


# Guessing


def test_wrong_codes_lock_the_account_for_the_network(guarded):
    client = begin()
    for number in range(10):
        send(client, f"{number:06d}")

    refused = send(client, code_of(guarded))

    assert refused.status_code == 429
    assert not is_logged_in(client)


def test_wrong_codes_from_everywhere_count_for_the_account(guarded):
    for number in range(PER_ACCOUNT.times // 2):
        send(begin(address=f"198.51.{number}.1"), "000000", address=f"198.51.{number}.1")

    answer = Client().post(
        "/admin/login/", {"username": "gus", "password": "pass"}, REMOTE_ADDR="203.0.113.1"
    )

    assert answer.status_code == 429


def test_wrong_code_is_in_the_audit_log_without_the_code(guarded):
    send(begin(), "424242")

    entry = AuditEntry.objects.get(action="log_in_failed")

    assert (entry.name, entry.detail, entry.network) == ("gus", "code", "192.0.2.0/24")


# Setting up


@pytest.fixture
def desk(client_of, editor):
    return client_of(editor)


def shown_code(desk):
    """The code for the key that the page of a new app shows."""
    page = desk.get(f"{OWN}app/")
    device = TOTPDevice(key=desk.session["key_of_new_app"])
    assert "<svg" in page.text
    return code_for(device)


def code_for(device):
    return f"{totp(device.bin_key):06d}"


def test_app_is_set_up_with_a_code_and_gives_recovery_codes(desk, editor):
    answer = desk.post(f"{OWN}app/", {"code": shown_code(desk)})

    assert TOTPDevice.objects.filter(user=editor, confirmed=True).count() == 1
    assert answer.text.count("<code>") == editor.recovery_codes.count() == 10
    assert "no-store" in answer["Cache-Control"]
    begin("edith")


def test_wrong_code_keeps_the_key(desk, editor):
    right = shown_code(desk)

    answer = desk.post(f"{OWN}app/", {"code": f"{(int(right) + 1) % 10**6:06d}"})

    assert "wrong or too old" in answer.text
    assert not TOTPDevice.objects.exists()
    assert desk.post(f"{OWN}app/", {"code": right}).status_code == 200
    assert TOTPDevice.objects.exists()


def test_code_of_the_set_up_logs_nobody_in(desk, editor):
    code = shown_code(desk)
    desk.post(f"{OWN}app/", {"code": code})

    client = begin("edith")
    send(client, code)

    assert not is_logged_in(client)


def test_removing_takes_the_password(desk, editor):
    desk.post(f"{OWN}app/", {"code": shown_code(desk)})
    remove = f"{OWN}app/{TOTPDevice.objects.get().pk}/remove/"

    refused = desk.post(remove, {"password": "wrong"})
    assert "This password is wrong" in refused.text
    assert TOTPDevice.objects.exists()
    desk.post(remove, {"password": "pass"})

    assert not TOTPDevice.objects.exists()
    assert not editor.recovery_codes.exists()


def test_nobody_removes_the_device_of_somebody_else(desk, guarded):
    desk.post(f"{OWN}app/{TOTPDevice.objects.get().pk}/remove/", {"password": "pass"})

    assert TOTPDevice.objects.filter(user=guarded).exists()


def test_new_recovery_codes_make_the_old_ones_void(client_of, guarded):
    old = new_recovery_codes(guarded)[0]

    page = client_of(guarded).post(f"{OWN}codes/", {"password": "pass"})

    assert page.text.count("<code>") == 10
    send(client := begin(), old)
    assert not is_logged_in(client)


@pytest.mark.parametrize("page", ["", "app/", "codes/", "passkey/", "passkey/begin/"])
def test_strangers_see_none_of_these_pages(client, page):
    answer = client.post(OWN + page)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


# Required


def test_role_that_needs_a_second_factor_sets_it_up_first(settings, editor):
    settings.TWO_FACTOR_REQUIRED_FOR = {"editors"}
    client = Client()
    client.post("/admin/login/", {"username": "edith", "password": "pass"})

    assert client.get("/admin/articles/article/")["Location"] == OWN
    assert "Your role needs a second factor" in client.get(OWN).text

    client.post(f"{OWN}app/", {"code": shown_code(client)})
    assert client.get("/admin/articles/article/").status_code == 200


@pytest.mark.parametrize(("required", "asked"), [({"editors"}, False), ({"authors"}, True), ({"administrators"}, False)])  # fmt: skip
def test_other_roles_are_not_asked(settings, author, client_of, required, asked):
    settings.TWO_FACTOR_REQUIRED_FOR = required

    assert (client_of(author).get("/admin/").status_code == 302) is asked


def test_administrators_are_asked(settings, boss, client_of):
    settings.TWO_FACTOR_REQUIRED_FOR = {"administrators"}

    assert client_of(boss).get("/admin/").status_code == 302


# Lost


def test_command_lets_somebody_in_again(guarded, capsys):
    new_recovery_codes(guarded)

    call_command("reset_two_factor", "gus")

    client = Client()
    client.post("/admin/login/", {"username": "gus", "password": "pass"})
    assert is_logged_in(client)
    assert not guarded.recovery_codes.exists()
    assert AuditEntry.objects.filter(action="two_factor_reset").exists()


def test_command_names_an_account_that_is_not_there(db):
    with pytest.raises(CommandError, match="'nobody'"):
        call_command("reset_two_factor", "nobody")


# Passkeys: what is no answer of one


@pytest.mark.parametrize(
    "sent", ["", "{}", "[]", "nonsense", '{"id": 1}', '{"id": "a", "rawId": "a", "response": {}}']
)
def test_nonsense_is_no_passkey(guarded, sent):
    client = begin()
    begun = client.post(f"{SECOND}passkey/begin/", "{}", content_type="application/json")

    answer = client.post(f"{SECOND}passkey/", sent, content_type="application/json")

    assert begun.status_code == 200
    assert json.loads(begun.text)["allowCredentials"] == []
    assert answer.status_code == 400
    assert not is_logged_in(client)


@pytest.mark.parametrize("sent", ["", "{}", "[]", "nonsense", '{"id": 1}'])
def test_nonsense_adds_no_passkey(desk, sent):
    begun = desk.post(f"{OWN}passkey/begin/", "{}", content_type="application/json")
    answer = desk.post(f"{OWN}passkey/", sent, content_type="application/json")

    assert (begun.status_code, answer.status_code) == (200, 400)


def test_challenge_of_a_passkey_needs_the_password_first(client):
    assert client.post(f"{SECOND}passkey/begin/").status_code == 400
    assert (
        client.post(f"{SECOND}passkey/", "{}", content_type="application/json").status_code == 400
    )
