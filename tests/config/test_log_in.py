"""Guessing passwords is slow for everybody, and stops neither the owner of an account nor the site's readers."""

from datetime import timedelta

import pytest
from django.contrib.auth.backends import ModelBackend
from django.test import Client

from config import log_in
from config.log_in import COOKIE, PER_ACCOUNT, PER_DEVICE, PER_NETWORK

# At the beginning of an hour, where all windows begin
pytestmark = [pytest.mark.django_db, pytest.mark.day("2026-11-21T12:00")]
LOCKED_AFTER = 10
PASSWORD = "pass"  # factories.user


@pytest.fixture
def hashed(monkeypatch):
    """The names whose passwords were looked at."""
    names = []
    usual = ModelBackend.authenticate

    def authenticate(self, request, username=None, password=None, **more):
        names.append(username)
        return usual(self, request, username=username, password=password, **more)

    monkeypatch.setattr(ModelBackend, "authenticate", authenticate)
    return names


def log_in_as(username="edith", *, password=PASSWORD, client=None, address="192.0.2.1", **more):
    data = {"username": username, "password": password}
    return (client or Client()).post("/admin/login/", data, REMOTE_ADDR=address, **more)


def guess(times, **more):
    for number in range(times):
        response = log_in_as(password=f"wrong {number}", **more)
    return response


def guess_from_everywhere(times, **more):
    for number in range(times):
        log_in_as(password="wrong", address=f"198.51.{number}.7", **more)


@pytest.fixture
def known_browser(editor):
    client = Client()
    assert log_in_as(client=client, address="203.0.113.5").status_code == 302
    client.post("/admin/logout/")
    return client


# One network


def test_addresses_of_one_ipv6_network_are_counted_together(editor):
    for number in range(LOCKED_AFTER):
        log_in_as(password="wrong", address=f"2001:db8:1:2::{number:x}")

    assert log_in_as(address="2001:db8:1:2:ffff::1").status_code == 429
    assert log_in_as(address="2001:db8:2::1").status_code == 302


def test_addresses_of_one_ipv4_network_are_counted_together(editor):
    for number in range(LOCKED_AFTER):
        log_in_as(password="wrong", address=f"192.0.2.{number}")

    assert log_in_as(address="192.0.2.99").status_code == 429


def test_network_behind_a_proxy_is_the_clients(editor, settings):
    settings.TRUSTED_PROXIES = 1
    guess(LOCKED_AFTER, headers={"x-forwarded-for": "203.0.113.9"})

    there = log_in_as(headers={"x-forwarded-for": "203.0.113.10:4711"})
    elsewhere = log_in_as(headers={"x-forwarded-for": "198.51.100.1"})

    assert (there.status_code, elsewhere.status_code) == (429, 302)


def test_try_during_the_lock_does_not_prolong_it(editor, clock):
    guess(LOCKED_AFTER)
    clock.shift(timedelta(minutes=14))

    during = log_in_as()
    clock.shift(timedelta(minutes=1, seconds=1))

    assert (during.status_code, during["Retry-After"]) == (429, "900")
    assert "Wait 15 minutes" in during.text
    assert log_in_as().status_code == 302


def test_beyond_the_networks_limit_no_password_is_hashed(editor, hashed):
    for number in range(PER_NETWORK.times):
        log_in_as(f"somebody{number}", password="wrong")

    response = log_in_as()

    assert (response.status_code, response["Retry-After"]) == (429, "600")
    assert "came from your network" in response.text
    assert "Wait 10 minutes, then log in again." in " ".join(response.text.split())
    assert "edith" not in hashed
    assert log_in_as(address="203.0.113.9").status_code == 302


# One account, from everywhere


def test_account_has_a_slow_cap_for_unknown_browsers_anywhere(editor, hashed):
    guess_from_everywhere(PER_ACCOUNT.times)
    hashed.clear()

    response = log_in_as(address="203.0.113.9")

    assert (response.status_code, response["Retry-After"], hashed) == (429, "3600", [])
    assert "have not logged in to it before" in response.text


def test_cap_is_the_same_for_an_account_that_does_not_exist():
    guess_from_everywhere(PER_ACCOUNT.times, username="nobody")

    assert log_in_as("nobody", address="203.0.113.9").status_code == 429


def test_other_spelling_of_a_name_is_the_same_account(editor):
    guess_from_everywhere(PER_ACCOUNT.times, username=" \uff45dith")

    assert log_in_as(address="203.0.113.9").status_code == 429


def test_owner_logs_in_with_a_known_browser_whatever_others_try(known_browser):
    guess_from_everywhere(PER_ACCOUNT.times + 5)
    guess(PER_NETWORK.times)  # in the very network

    assert log_in_as(client=known_browser).status_code == 302


def test_owners_of_one_browser_are_all_known(known_browser, author):
    log_in_as("arthur", client=known_browser)
    known_browser.post("/admin/logout/")
    guess(PER_NETWORK.times)

    assert log_in_as(client=known_browser).status_code == 302


def test_known_browser_guesses_no_faster(known_browser, clock):
    clock.shift(timedelta(minutes=15))
    guess(PER_DEVICE.times, client=known_browser)
    guess_from_everywhere(PER_ACCOUNT.times)

    assert log_in_as(client=known_browser).status_code == 429


@pytest.mark.parametrize("change", ["another account", "damaged"])
def test_cookie_is_good_for_its_account_only(known_browser, author, change):
    if change == "damaged":
        known_browser.cookies[COOKIE] = known_browser.cookies[COOKIE].value[:-2]
    name = "arthur" if change == "another account" else "edith"
    guess_from_everywhere(PER_ACCOUNT.times, username=name)

    assert log_in_as(name, client=known_browser).status_code == 429


def test_cookie_goes_to_the_login_page_only(known_browser):
    cookie = known_browser.cookies[COOKIE]

    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (
        "/admin/login/",
        True,
        "Lax",
    )


def test_wrong_password_makes_no_browser_known(editor):
    client = Client()

    log_in_as(password="wrong", client=client)

    assert COOKIE not in client.cookies


# One process


@pytest.fixture
def somebody_logs_in():
    with log_in._hashing(patient=False):
        yield


@pytest.mark.usefixtures("somebody_logs_in")
def test_strangers_do_not_take_all_threads_for_hashing(editor, hashed):
    response = log_in_as()

    assert (response.status_code, response["Retry-After"], hashed) == (429, "5", [])
    assert "Wait a few seconds" in response.text


def test_known_browser_waits_for_its_turn(known_browser, monkeypatch):
    monkeypatch.setattr(log_in, "_KNOWN_WAIT_SECONDS", 0.01)
    with log_in._hashing(patient=False):
        assert log_in_as(client=known_browser).status_code == 429

    assert log_in_as(client=known_browser).status_code == 302


def test_address_stands_for_the_name(editor):
    assert log_in_as(" Edith@Example.org").status_code == 302


def test_address_of_two_accounts_stands_for_neither(editor, author):
    type(author).objects.update(email="desk@example.org")

    assert log_in_as("desk@example.org").status_code == 200


@pytest.mark.parametrize("kept", ["edith@münchen.example", "edith@xn--mnchen-3ya.example"])
def test_address_stands_for_the_name_in_each_spelling_of_its_domain(editor, kept):
    type(editor).objects.update(email=kept)

    for typed in ("edith@münchen.example", "Edith@MÜNCHEN.example", "edith@xn--mnchen-3ya.example"):
        assert log_in_as(typed).status_code == 302


def test_name_that_is_too_long_is_a_wrong_one(editor):
    assert log_in_as("é" * 300).status_code == 200


def test_tries_by_name_and_by_address_are_counted_together(editor):
    guess_from_everywhere(PER_ACCOUNT.times, username="edith@example.org")

    assert log_in_as(address="203.0.113.9").status_code == 429


def test_log_in_begins_a_new_session(editor):
    client = Client()
    planted = client.session.session_key  # an empty one, known to whoever planted it

    log_in_as(client=client)

    assert client.cookies["sessionid"].value != planted
