"""Hashes that are made quickly are those of Django."""

import pytest
from django.core import signing
from django.utils.crypto import salted_hmac

from config.web.requests.signed_links import keyed_hash, make_token


@pytest.mark.parametrize("text", ["", "7 a", "Größe\n"])
def test_digest_is_that_of_django(text):
    for secret in ("", "another secret"):
        expected = salted_hmac("some.salt", text, secret or None, algorithm="sha256")
        assert keyed_hash("some.salt", text, secret) == expected.digest()


def test_another_secret_key_gives_another_digest(settings):
    first = keyed_hash("some.salt", "text")
    settings.SECRET_KEY = "of another site" * 4

    assert keyed_hash("some.salt", "text") != first


def test_token_is_that_of_django():
    token = make_token("some", [7, "a"])

    assert signing.loads(token, salt="colophon.signed_links.some") == [7, "a"]
