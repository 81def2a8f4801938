"""Fixtures of all tests."""

import gc
import itertools
import os

import hypothesis
import pytest
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase, override_settings
from django.utils import timezone

from comments.spam import service
from config.doctor import of_database, of_machine
from config.watching import certificate
from config.web.cache import change_feed, kept_values, page_cache
from config.web.cdn import calls
from config.web.fetching import asking
from config.web.mail import messages as mail
from config.web.requests.sent_forms import Utf8Request
from config.web.requests.throttle import Limit
from newsletter.bounces import mailbox
from tests import factories
from tests.emptying import empty_database, keep_rows_of_migrations

# The same examples in each run, however slowly they go: a run fails for what was changed, and for nothing else.
hypothesis.settings.register_profile(
    "tests", derandomize=True, database=None, deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)  # fmt: skip
hypothesis.settings.load_profile("tests")
# How long the site waits for others. In tests these are threads of a busy machine, and come late.
DEADLINES = [
    (asking, "STEP_SECONDS"), (asking, "WHOLE_SECONDS"), (calls, "SECONDS"), (certificate, "STEP_SECONDS"),
    (change_feed, "CONNECT_SECONDS"), (mailbox, "SECONDS"), (of_database, "FEED_SECONDS"),
    (of_machine, "DNS_SECONDS"), (of_machine, "MAIL_SECONDS"), (page_cache, "WAIT_SECONDS"), (service, "TIMEOUT"),
]  # fmt: skip


def pytest_collection_modifyitems(items):
    """Slow tests first, so that the workers share many quick ones at the end."""
    items.sort(key=lambda item: not ("browser/" in item.nodeid or item.get_closest_marker("long")))


def pytest_collection_finish():
    """What was collected stays to the end: the garbage collector need not look at it again and again."""
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def settings_of_the_session():
    """Static files by their plain names, tasks at once, passwords that cost nothing.

    For the whole session: the last requests of a page that a browser leaves may come between two
    tests, and Django would keep the storage that it makes for them.
    """
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        STORAGES={**settings.STORAGES, "staticfiles": plain},
        TASKS={"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(autouse=True, scope="session")
def patience():
    """Nobody is late within five minutes. A test of a deadline sets its own."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in DEADLINES:
            patch.setattr(module, name, 300)
        yield


@pytest.fixture(scope="session")
def media_folders(tmp_path_factory):
    """A new folder for each that is asked for. A `tmp_path` would look through those of all tests before."""
    folder = tmp_path_factory.mktemp("media")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def settings_of_the_test(settings, media_folders):
    """Files in a folder of its own."""
    settings.MEDIA_ROOT = next(media_folders)
    # A page cache of another test is not followed, nor what it kept with other settings.
    kept_values.stop_following()


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    """No test sees the figures of another one's desk.

    Nor is one page of the desk among many asked whether mail is on hold: queries are counted.
    """
    cache.clear()
    monkeypatch.setattr("config.web.mail.hold.is_held_lately", lambda: False)


@pytest.fixture(autouse=True)
def no_pulse(monkeypatch):
    """No thread of a web process writes its figures into the databases of later tests (config/watching/counters.py).

    A test that loads config.wsgi would leave one behind, which begins with the next request of any test.
    """
    monkeypatch.setattr("config.watching.counters._pulse", None)


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
def windows_begin_with_the_test(request, _day, monkeypatch):
    """No window of a rate limit ends between two requests, unless the test says what time it is or moves the clock."""
    if request.node.get_closest_marker("day"):
        return
    begin = timezone.now()

    def window_start(limit):
        return begin + (timezone.now() - begin) // limit.period * limit.period

    monkeypatch.setattr(Limit, "_window_start", window_start)


@pytest.fixture(autouse=True)
def no_haste(monkeypatch):
    """What the site breaks off after moments has a minute: a busy machine is no fault."""
    monkeypatch.setattr("articles.admin.differences.SECONDS", 60)
    monkeypatch.setattr("articles.search.bounds.LONGEST_MS", 60_000)
    monkeypatch.setattr("comments.moderating.queue.listing.MILLISECONDS", 60_000)
    monkeypatch.setattr("comments.moderating.queue.runs.SECONDS", 60)


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
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """A worker's database is a copy of the migrated one, if the tests started the server."""
    template = os.environ.get("COLOPHON_TEST_TEMPLATE")
    connection.settings_dict["TEST"]["TEMPLATE"] = template
    connection.settings_dict["OPTIONS"]["connect_timeout"] = 300  # a busy server answers late


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:  # a copy of the migrated database holds its mail
            cursor.execute("UPDATE web_installation SET database = web_database_identity()")
        keep_rows_of_migrations()
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        # What a thread or an event loop left open would keep the test database from being dropped. Waits for its end.
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 300000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


# After a test that commits.
TransactionTestCase._fixture_teardown = lambda _case: empty_database()
