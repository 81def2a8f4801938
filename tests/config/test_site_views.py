"""Addresses that belong to no app, and what every answer carries."""

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError, connection
from django.test import override_settings

from tests import factories


def test_health_answers_when_the_database_does(client, db):
    response = client.get("/health/")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/health/", "/", "/articles/anything/", "/a/b/c/"])
def test_database_outage_is_503_with_retry_after(client, db, monkeypatch, path):
    def away(*args, **kwargs):
        raise OperationalError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        response = client.get(path)

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"


def test_robots_names_the_sitemap_at_the_public_address(client):
    with override_settings(SITE_URL="https://magazine.example"):
        body = client.get("/robots.txt").text

    assert "Sitemap: https://magazine.example/sitemap.xml" in body
    assert "Disallow: /admin/" in body


def test_media_file_is_cached_for_ever_and_may_run_nothing(client, db):
    name = factories.image().file.name
    with default_storage.open(name) as file:
        content = file.read()

    response = client.get(f"/media/{name}")

    assert b"".join(response.streaming_content) == content
    assert "immutable" in response.headers["Cache-Control"]
    assert (
        response.headers["Content-Security-Policy"]
        == "default-src 'none'; frame-ancestors 'none'; sandbox"
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    response.close()


@pytest.mark.parametrize(
    "path",
    [
        "/media/../secret-key",
        "/media/%2e%2e/secret-key",
        "/media/.hidden",
        "/media/a%00b",
        "/media/none.png",
    ],
)
def test_media_gives_nothing_else(client, db, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/?before=%00", "/admin/?q=a%00b", "/archive/?x=1&before=%00"])
def test_nul_in_a_query_is_the_callers_mistake(client, path):
    assert client.get(path).status_code == 400


def test_unknown_host_is_refused(client):
    assert client.get("/health/", HTTP_HOST="evil.example").status_code == 400


def test_forwarded_host_is_not_believed(client, db):
    body = client.get("/robots.txt", HTTP_X_FORWARDED_HOST="evil.example").content

    assert b"evil.example" not in body


def test_long_outage_writes_one_line_a_minute(client, db, monkeypatch, caplog):
    def away(*args, **kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr("config.web.middleware.outage._quiet_until", 0.0)
    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        for _ in range(5):
            client.get("/health/")

    assert [record.name for record in caplog.records] == ["colophon.outage"]
