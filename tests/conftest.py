"""Fixtures of all tests."""

import pytest
from django.test import Client

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
def transactional_db(django_db_serialized_rollback, transactional_db):
    """Tests that commit find the rows of the migrations (roles, pages) again, like all others."""
