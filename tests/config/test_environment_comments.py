"""What the operator sets for comments."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment_urls

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    "value",
    [
        "http://spam.example/",
        "spam.example",
        "ftp://spam.example",
        "https://",
        "https://user:password@spam.example/",
        "https://spam.example/?key=1",
        "https://spam.example/#a",
        "https://spam.example:port/",
        "https://spam example/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/",
        "https://localhost/",
        "https://spam.localhost/",
        "https://spam.internal/",
    ],
)
def test_service_is_an_https_address_elsewhere(monkeypatch, value):
    monkeypatch.setenv("SOME_VARIABLE", value)

    with pytest.raises(ImproperlyConfigured, match=r"^SOME_VARIABLE"):
        environment_urls.read_service_url("SOME_VARIABLE")


@pytest.mark.parametrize("value", ["", "https://spam.example/1.1/", "https://spam.example:8443"])
def test_service_is_read_without_its_trailing_slash(monkeypatch, value):
    monkeypatch.setenv("SOME_VARIABLE", value)

    assert environment_urls.read_service_url("SOME_VARIABLE") == value.rstrip("/")


@pytest.mark.parametrize(
    "value", ["no domain", "example", "a@b.example", "*.example.org", "/nowhere/at/all"]
)
def test_wrong_domain_names_its_variable(monkeypatch, value):
    monkeypatch.setenv("SOME_VARIABLE", value)

    with pytest.raises(ImproperlyConfigured, match=r"^SOME_VARIABLE"):
        environment_urls.read_domains("SOME_VARIABLE")


def test_domains_are_read_from_the_variable_or_a_file(monkeypatch, tmp_path):
    file = tmp_path / "domains.txt"
    file.write_text("# ours\nMinute.example\n\nbücher.example # sic\na.example, b.example\n")

    monkeypatch.setenv("SOME_VARIABLE", "Minute.example, a.example")
    assert environment_urls.read_domains("SOME_VARIABLE") == {"minute.example", "a.example"}

    monkeypatch.setenv("SOME_VARIABLE", str(file))
    assert environment_urls.read_domains("SOME_VARIABLE") == {
        "minute.example", "bücher.example", "a.example", "b.example",
    }  # fmt: skip
