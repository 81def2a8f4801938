"""/live, /ready and /metrics answer programs that ask by address and over http."""

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

PROBES = ["/live", "/ready"]
TOKEN = "x" * 40


@pytest.fixture
def behind_https(settings):
    settings.ALLOWED_HOSTS = ["magazine.example"]
    settings.SECURE_SSL_REDIRECT = True
    settings.SITE_URL = "https://magazine.example"


@pytest.mark.parametrize("path", PROBES)
@pytest.mark.parametrize("host", ["10.1.2.3:8000", "[fd00::1]", "_", "magazine.example"])
def test_probe_by_address_over_http_gets_200(client, db, behind_https, path, host):
    response = client.get(path, HTTP_HOST=host)

    assert (response.status_code, response.text) == (200, "ok\n")
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies


def away(*args, **kwargs):
    raise OperationalError("connection refused")


def test_live_asks_nobody_and_ready_says_that_the_database_is_away(client, db, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        live, ready = client.get("/live"), client.get("/ready")
        metrics = client.get("/metrics", HTTP_HOST="127.0.0.1")

    assert live.status_code == 200
    assert (ready.status_code, ready.text) == (503, "the database does not answer\n")
    assert metrics.status_code == 503


def test_ready_says_that_migrations_are_pending(client, db):
    MigrationRecorder(connection).record_unapplied("web", "0008_watching")

    ready = client.get("/ready")

    assert ready.status_code == 503
    assert ready.text == "1 migrations are pending: run manage.py migrate\n"


@pytest.mark.parametrize("path", [*PROBES, "/metrics"])
def test_probes_are_for_reading(client, db, path):
    assert client.post(path, HTTP_HOST="127.0.0.1").status_code == 405
    assert client.head(path, HTTP_HOST="127.0.0.1").status_code == 200


def test_metrics_by_token(client, db, settings, behind_https):
    settings.METRICS_TOKEN = TOKEN

    def ask(given):
        headers = {"Authorization": given} if given else {}
        return client.get(
            "/metrics", headers=headers, HTTP_HOST="10.1.2.3", REMOTE_ADDR="192.0.2.7", secure=True
        ).status_code

    assert ask(f"Bearer {TOKEN}") == 200
    assert {ask(given) for given in ("", "Bearer ", f"Bearer {TOKEN}y", TOKEN, "Bearer ü")} == {404}


@pytest.mark.parametrize("signs, status", [
    ({}, 200),
    ({"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 404),
    ({"HTTP_VIA": "1.1 proxy"}, 404),
    ({"REMOTE_ADDR": "192.0.2.7"}, 404),
    ({"HTTP_HOST": "testserver"}, 404),
])  # fmt: skip
def test_metrics_from_this_computer_without_a_proxy(client, db, signs, status):
    given = {"HTTP_HOST": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1"} | signs

    assert client.get("/metrics", **given).status_code == status
