"""Two machines of two web processes and a worker each, on one PostgreSQL behind PgBouncer, with media in S3.

Each machine has a folder (VAR_DIR) of its own. Only the change feed of a process goes to PostgreSQL directly.
"""

import http.client
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from django.contrib import admin
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Revision
from config.management.commands.serve import gunicorn
from newsletter.models import Delivery, Subscriber
from tests import factories
from tests.browser.pages import public_pages
from tests.clock import stopped
from tests.config import programs, s3
from tests.ports import own_port
from tests.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.real_clock]

PROCESSES = 2  # of each machine
READERS = 12
LONG = 300  # seconds: processes start slowly on a busy machine


class Machine:
    def __init__(self, folder, port, environment):
        self.folder, self.port = folder, port
        folder.mkdir()
        self.environment = environment | {"VAR_DIR": folder}

    def web(self):
        words = gunicorn("127.0.0.1", self.port, PROCESSES)
        return programs.running(*words, **self.environment)

    def worker(self):
        return programs.running(*programs.manage("worker"), **self.environment)

    def ask(self, path, *, data=None, cookies=""):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONG)
        headers = {"Cookie": cookies, "Sec-Fetch-Site": "same-origin"}
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            body = None if data is None else urlencode(data)
            line.request("GET" if data is None else "POST", path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    def mails(self):
        return [path.read_text() for path in Path(self.folder).glob("mail/*.eml")]


@pytest.fixture(scope="module")
def machines(open_folder, django_db_setup):
    with ExitStack() as stack:
        pool, one, two = (stack.enter_context(own_port()) for _number in range(3))
        endpoint = stack.enter_context(s3.running_server())
        s3.make_bucket(endpoint, "magazine")
        pooled = stack.enter_context(programs.pgbouncer(pool, open_folder))
        environment = s3.KEYS | {
            "DATABASE_URL": pooled, "CHANGE_FEED_URL": programs.direct_url(), "DEBUG": "1",
            "MEDIA_S3_URL": f"s3://magazine/media?endpoint={endpoint}&region={s3.REGION}",
            "DJANGO_SETTINGS_MODULE": "config.settings", "MAIL_URL": "files", "PYTHONWARNINGS": "default",
            "SITE_URL": f"http://127.0.0.1:{one}", "ALLOWED_HOSTS": "127.0.0.1",
        }  # fmt: skip
        both = [
            Machine(open_folder / name, port, environment)
            for name, port in (("one", one), ("two", two))
        ]
        for machine in both:
            stack.enter_context(machine.web())
        for machine in both:
            wait_until(lambda at=machine.port: programs.answers(at), LONG)
        yield both


@pytest.fixture
def bucket(machines, settings, monkeypatch):
    """A third machine: this process, with the same bucket."""
    for name, value in s3.KEYS.items():
        monkeypatch.setenv(name, value)
    endpoint = machines[0].environment["MEDIA_S3_URL"].partition("endpoint=")[2].partition("&")[0]
    options = {
        "bucket_name": "magazine", "location": "media", "endpoint_url": endpoint, "region_name": s3.REGION,
    }  # fmt: skip
    backend = "config.web.files.s3_storage.S3MediaStorage"
    settings.MEDIA_S3 = options
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": backend, "OPTIONS": options}}
    yield
    default_storage.bucket.meta.client.close()


@pytest.fixture
def desk():
    """The cookie of an administrator."""
    client = Client()
    person = factories.user("root", group="Editor", is_superuser=True)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return f"sessionid={client.cookies['sessionid'].value}"


def test_session_of_one_machine_holds_on_the_other_and_ends_on_both(machines, desk):
    assert [machine.ask("/admin/", cookies=desk)[0] for machine in machines] == [200, 200]

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_session")
    assert [machine.ask("/admin/", cookies=desk)[0] for machine in machines] == [302, 302]


def test_change_on_one_machine_is_seen_by_each_process_of_both(machines):
    article = factories.published_article(title="As it was")
    path = article.get_absolute_url()
    for machine in machines:
        assert all(b"As it was" in machine.ask(path)[1] for _time in range(READERS))

    article.title = "As it is"
    article.save()

    for machine in machines:
        wait_until(lambda at=machine: all(b"As it is" in at.ask(path)[1] for _ in range(READERS)))


def test_picture_and_its_copies_are_on_both(machines, bucket):
    image = factories.image(size=(900, 600))
    one, two = machines

    status, copy = one.ask(f"/renditions/400/{image.file.name}.webp")

    assert (status, copy[:4]) == (200, b"RIFF")
    assert two.ask(f"/media/{image.file.name}")[0] == 200
    assert two.ask(f"/media/renditions/400/{image.file.name}.webp") == (200, copy)
    default_storage.save("images/made-here.png", ContentFile(b"of the third"))
    assert one.ask("/media/images/made-here.png") == (200, b"of the third")


def test_two_workers_take_each_step_and_send_each_mail_once(machines):
    article = factories.published_article()
    edith = factories.user("edith", group="Editor")
    with stopped():  # it may not be in the past when it is said
        article.schedule_withdrawal(at=timezone.now() + timedelta(seconds=2), by=edith)
    for _number in range(READERS):
        factories.subscriber()
    issue = factories.started_issue()
    factories.subscriber("pending", email="ann@example.org").confirm()
    owed = Subscriber.objects.filter(email="ann@example.org")
    owed.update(mail_due_at=timezone.now(), mail_attempts=0)  # this process has sent it already

    with machines[0].worker(), machines[1].worker():
        wait_until(lambda: Delivery.objects.filter(status="sent").count() == READERS, LONG)
        wait_until(lambda: not article.scheduled_steps.exists(), LONG)
        wait_until(lambda: not owed.filter(mail_due_at__isnull=False).exists(), LONG)

    mails = [mail for machine in machines for mail in machine.mails()]
    assert sum(f"Subject: {issue.subject}" in mail for mail in mails) == READERS
    assert sum("To: ann@example.org" in mail for mail in mails) == 1
    assert Revision.objects.filter(article=article, action="withdrawn").count() == 1


def test_all_pages_of_readers_go_through_the_pooler(machines, bucket):
    wrong = []
    for number, page in enumerate(public_pages()):
        status, body = machines[number % 2].ask(page.path, data=page.sent)
        if status != page.status and not (page.sent and status == 303):
            wrong.append((page.name, status, body[-300:]))

    assert wrong == []


def test_all_lists_of_the_desk_go_through_the_pooler(machines, desk, bucket):
    factories.subscriber()
    factories.draft()
    names = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
    ]
    names += ["/admin/", "/admin/health/", "/search/?q=sleep", "/metrics"]

    answers = {name: machines[0].ask(name, cookies=desk)[0] for name in names}

    assert {name: status for name, status in answers.items() if status >= 400} == {}


def test_only_listening_connections_are_direct(machines):
    def listening():
        for machine in machines:
            machine.ask("/")
        # Of this process, feeds of earlier tests may still be here for a moment.
        with psycopg.connect(programs.direct_url(), autocommit=True) as other:
            return other.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND application_name = 'colophon change feed'"
            ).fetchone()[0]

    wait_until(lambda: listening() == PROCESSES * len(machines))
