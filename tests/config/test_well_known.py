"""/.well-known/security.txt (RFC 9116) and /humans.txt."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment_urls
from tests import factories
from tests.clock import after


def _fields(client) -> dict[str, str]:
    response = client.get("/.well-known/security.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    return dict(line.split(": ", 1) for line in response.text.splitlines())


def test_there_is_no_security_txt_without_a_contact(client, db):
    assert client.get("/.well-known/security.txt").status_code == 404


def test_security_txt_carries_what_the_standard_demands(client, settings):
    settings.SECURITY_CONTACT = "mailto:security@magazine.example"
    settings.SITE_URL = "https://magazine.example"

    fields = _fields(client)

    left = datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC)
    assert fields["Contact"] == "mailto:security@magazine.example"
    assert fields["Canonical"] == "https://magazine.example/.well-known/security.txt"
    assert fields["Preferred-Languages"] == "en"
    assert timedelta(days=90) < left < timedelta(days=365)


@pytest.mark.day("2026-03-01T00:00:01")
def test_security_txt_changes_once_a_day(client, settings):
    settings.SECURITY_CONTACT = "https://magazine.example/report/"
    first = client.get("/.well-known/security.txt").headers["ETag"]
    with after(hours=23, minutes=59, seconds=58):
        again = client.get("/.well-known/security.txt", headers={"if-none-match": first})

    assert again.status_code == 304


@pytest.mark.parametrize("value", ["security@magazine.example", "http://magazine.example", "mailto:x",
                                   "https://", "mailto:a@b.example\nEvil: yes"])  # fmt: skip
def test_contact_that_no_program_understands_stops_the_start(value, monkeypatch):
    monkeypatch.setenv("SECURITY_CONTACT", value)

    with pytest.raises(ImproperlyConfigured, match="SECURITY_CONTACT"):
        environment_urls.read_contact("SECURITY_CONTACT")


@pytest.mark.parametrize(
    "value", ["", "mailto:security@magazine.example", "https://magazine.example/r"]
)
def test_contact_is_an_address_or_nothing(value, monkeypatch):
    monkeypatch.setenv("SECURITY_CONTACT", value)

    assert environment_urls.read_contact("SECURITY_CONTACT") == value


def test_humans_txt_names_the_people_in_print_and_no_login(client, editor):
    factories.published_article(by=factories.author(name="Ada\nByron", slug="ada"))
    factories.draft(by=factories.author(name="Hidden", user=editor))

    text = client.get("/humans.txt").text

    assert "Ada Byron: http://testserver/authors/ada/\n" in text
    assert "Hidden" not in text
    assert "edith" not in text


def test_humans_txt_costs_one_query(client, db, django_assert_num_queries):
    for _ in range(3):
        factories.published_article(by=factories.author())

    with django_assert_num_queries(1):
        client.get("/humans.txt")
