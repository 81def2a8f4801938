"""Fixtures of all tests."""

import itertools

import pytest
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase, override_settings

from config.web.cache import kept_values
from config.web.mail import messages as mail
from config.web.requests.sent_forms import Utf8Request
from tests import factories
from tests.emptying import empty_database, keep_rows_of_migrations


def pytest_collection_modifyitems(items):
    """Slow tests first, so that the workers share many quick ones at the end."""
    items.sort(key=lambda item: not ("browser/" in item.nodeid or item.get_closest_marker("long")))


@pytest.fixture(autouse=True, scope="session")
def plain_static_files():
    """Static files by their plain names.

    For the whole session: the last requests of a page that a browser leaves may come between two
    tests, and Django would keep the storage that it makes for them.
    """
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        yield


@pytest.fixture(autouse=True)
def settings_for_tests(settings, tmp_path):
    """Tasks at once, files in a folder of the test's own."""
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # A page cache of another test is not followed, nor what it kept with other settings.
    kept_values.stop_following()


@pytest.fixture(autouse=True)
def nothing_kept():
    """No test sees the figures of another one's desk."""
    cache.clear()


@pytest.fixture(autouse=True)
def no_two_signatures_in_one_second(monkeypatch):
    """Signed links made one after the other differ, as they do when a second passes between them.

    A test that compares them would fail by chance otherwise.
    """
    signed = signing.TimestampSigner.timestamp
    seconds = itertools.cycle([0, 1])
    monkeypatch.setattr(
        signing.TimestampSigner,
        "timestamp",
        lambda signer: signing.b62_encode(signing.b62_decode(signed(signer)) - next(seconds)),
    )


@pytest.fixture(autouse=True)
def requests_of_the_site(monkeypatch):
    """The test client makes requests as config/wsgi.py does."""
    monkeypatch.setattr("django.test.client.WSGIRequest", Utf8Request)


@pytest.fixture
def editor(db):
    return factories.user("edith", group="Editor")


@pytest.fixture
def author(db):
    """Somebody who may log in and write, with an author page."""
    return factories.user("arthur", group="Author")


@pytest.fixture
def moderator(db):
    return factories.user("mo", group="Moderator")


@pytest.fixture
def client_of():
    """A client logged in as a user: `client_of(editor)`."""

    def log_in(user):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


@pytest.fixture
def failing_mail(monkeypatch):
    """Let the mail server fail: `failing_mail(error)`; `failing_mail(None)` mends it."""
    send = mail.send

    def fail(error):
        def fail_once(*args, **kwargs):
            raise error

        monkeypatch.setattr(mail, "send", fail_once if error else send)

    return fail


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        keep_rows_of_migrations()
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        # What a thread or an event loop left open would keep the test database from being dropped.
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


# After a test that commits.
TransactionTestCase._fixture_teardown = lambda _case: empty_database()
