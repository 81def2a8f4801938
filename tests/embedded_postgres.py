"""pytest plugin: all tests run on a real PostgreSQL of their own, thrown away at the end.

With DATABASE_URL set, that server is used instead. TESTS_TIME_ZONE is the time zone of the site, UTC if unset.
"""

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

_stack = ExitStack()


def _prepare_environment() -> None:
    """Before Django reads its settings: nothing of the developer's own setup reaches the tests."""
    if os.environ.get("COLOPHON_TEST_VAR"):  # an xdist worker: the controller has prepared all
        return
    var = Path(tempfile.mkdtemp(prefix="colophon-tests-"))
    _stack.callback(shutil.rmtree, var, ignore_errors=True)
    var.chmod(0o755)  # as root the server runs as somebody else
    (var / "static").mkdir()
    for name in (
        "DEBUG",
        "SITE_URL",
        "SITE_NAME",
        "ALLOWED_HOSTS",
        "LANGUAGE_CODE",
        "COMMENTS_DISPOSABLE_DOMAINS",
        "COMMENTS_SPAM_SERVICE_URL",
    ):
        os.environ[name] = ""
    os.environ |= {
        "TIME_ZONE": os.environ.get("TESTS_TIME_ZONE", ""),
        "COLOPHON_TEST_VAR": str(var),
        "VAR_DIR": str(var),
        "SECRET_KEY": "only-for-tests, and long enough to be taken",
        "SITE_URL": "http://testserver",
        "MAIL_URL": "files",
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    }
    if not os.environ.get("DATABASE_URL"):
        _start_server(var)


def _start_server(var: Path) -> None:
    from config.running.embedded_database import EmbeddedDatabase
    from tests import migrated_database

    server = EmbeddedDatabase(var / "postgresql", durable=False)
    migrated_database.bring(server)
    os.environ["COLOPHON_TEST_TEMPLATE"] = migrated_database.NAME
    _stack.enter_context(server.running())
    os.environ["DATABASE_URL"] = server.url


_prepare_environment()


def pytest_unconfigure(config: pytest.Config) -> None:
    _stack.close()
