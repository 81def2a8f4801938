"""Fixtures of all tests."""

import pytest
from django.db import connection, connections
from django.test import Client
from pytest_django.plugin import blocking_manager_key

from config.web.requests.sent_forms import Utf8Request
from tests import factories


@pytest.fixture(autouse=True)
def settings_for_tests(settings, tmp_path):
    """Static files by their plain names, tasks at once, files in a folder of the test's own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


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


# Tests that commit end with an emptied database. They find the rows of the migrations (roles, pages) and leave them
# behind for the tests that come after them in the same process.


def commits(item):
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or bool(
        {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    )


def pytest_collection_modifyitems(items):
    for item in filter(commits, items):
        item.fixturenames.append("django_db_serialized_rollback")
        if marker := item.get_closest_marker("django_db"):
            marker.kwargs["serialized_rollback"] = True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        # Each thread and each event loop (the browser tests run one) has a connection object of its own.
        rows = getattr(connection, "_test_serialized_contents", "[]")
        type(connections["default"])._test_serialized_contents = rows
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        # What a thread or an event loop left open would keep the test database from being dropped.
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    result = yield
    if commits(item) and nextitem is not None:
        with item.config.stash[blocking_manager_key].unblock():
            connection.creation.deserialize_db_from_string(connection._test_serialized_contents)
            connection.close()
    return result
