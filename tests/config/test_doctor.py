"""manage.py doctor names what is wrong and what to do, and changes nothing."""

import shutil
from collections import namedtuple
from datetime import timedelta

import pytest
from django.core.checks import Warning
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config.backups import BackupError, postgres, record
from config.doctor import Level, examination, of_database, of_machine
from config.web.models import Installation
from config.web.watching.rows import Heartbeat
from newsletter.tasks import send_due_confirmations
from tests.clock import after, ago
from tests.config.mail_server import mail_server
from tests.config.test_mail_smtp import Mailbox
from tests.ports import own_port

pytestmark = pytest.mark.django_db
Usage = namedtuple("Usage", "total used free")


def level_of(check):
    findings = check()
    assert all(one.advice for one in findings if one.level != Level.GOOD)
    return max((one.level for one in findings), key=[Level.GOOD, Level.WARNING, Level.ERROR].index)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def use_server(settings, port, **options):
    backend = "config.web.mail.smtp.PatientBackend"
    options = {"host": "127.0.0.1", "port": port, **options}
    settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}


def test_mail_server_that_answers_is_good_and_gets_no_mail(settings):
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        use_server(settings, port)
        assert level_of(of_machine.mail_server) == Level.GOOD
        use_server(settings, port, use_tls=True)  # the server has no STARTTLS
        assert level_of(of_machine.mail_server) == Level.ERROR

    assert mailbox.raw == []


def test_mail_server_that_is_away_is_an_error(settings):
    with own_port() as port:
        use_server(settings, port)
        assert level_of(of_machine.mail_server) == Level.ERROR


def test_mails_that_become_files_are_a_warning():
    assert level_of(of_machine.mail_server) == Level.WARNING


@pytest.mark.parametrize(("error", "level"), [(None, Level.GOOD), (OSError(), Level.WARNING)])
def test_domain_of_the_sender_is_looked_up(monkeypatch, error, level):
    def look_up(domain, port):
        if error:
            raise error

    monkeypatch.setattr("config.doctor.of_machine.socket.getaddrinfo", look_up)

    assert level_of(of_machine.sender) == level


@pytest.mark.parametrize(
    ("url", "proxies", "level"),
    [
        ("https://magazine.example", 0, Level.WARNING),
        ("https://magazine.example", 1, Level.GOOD),
        ("http://127.0.0.1", 0, Level.GOOD),
    ],
)
def test_proxy_that_is_not_counted_is_a_warning(settings, url, proxies, level):
    settings.SITE_URL, settings.TRUSTED_PROXIES = url, proxies

    assert level_of(of_machine.proxies) == level


@pytest.mark.parametrize(
    ("free", "level"), [(50, Level.GOOD), (9, Level.WARNING), (1, Level.ERROR)]
)
def test_full_disk_is_named(monkeypatch, free, level):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(100, 100 - free, free))

    assert level_of(of_machine.disk) == level


def test_media_are_tried_and_left_as_they_were(settings, tmp_path):
    assert level_of(of_machine.media) == Level.GOOD
    assert list(settings.MEDIA_ROOT.iterdir()) == []

    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file"
    assert level_of(of_machine.media) == Level.ERROR


def test_static_files_that_were_not_collected_are_an_error(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    assert level_of(of_machine.static_files) == Level.ERROR

    (tmp_path / "staticfiles.json").touch()
    assert level_of(of_machine.static_files) == Level.GOOD


def test_settings_are_checked_as_for_deployment(settings):
    settings.MAIL_URL = ""

    assert "MAIL_URL is not set" in str(of_machine.deployment())
    settings.DEBUG = True  # a laptop's needs nothing of that
    assert level_of(of_machine.deployment) == Level.GOOD


def test_backups_are_looked_after(tmp_path, monkeypatch):
    assert level_of(of_machine.backup) == Level.WARNING
    with ago(days=3):
        record.note(file=tmp_path)
    assert level_of(of_machine.backup) == Level.WARNING
    record.note(file=tmp_path)
    assert level_of(of_machine.backup) == Level.GOOD
    with ago(days=16):
        record.note(file=tmp_path, name=record.VERIFIED)
    assert level_of(of_machine.backup) == Level.WARNING
    record.note(file=tmp_path, name=record.VERIFIED)
    assert level_of(of_machine.backup) == Level.GOOD
    record.note(file=None, error="It is damaged.", name=record.VERIFIED)
    assert level_of(of_machine.backup) == Level.ERROR
    record.note(file=tmp_path, name=record.VERIFIED)
    record.note(file=None, error="The disk is full.")
    assert level_of(of_machine.backup) == Level.ERROR

    def none_fits(name, server):
        raise BackupError("install postgresql-client")

    monkeypatch.setattr(postgres, "find_program", none_fits)
    assert level_of(of_machine.backup) == Level.ERROR


def test_database_of_the_tests_is_good():
    for check in (of_database.server, of_database.extensions, of_database.mail_hold):
        assert level_of(check) == Level.GOOD


@pytest.mark.parametrize(
    ("found", "level"), [([], Level.GOOD), ([Warning("LC_CTYPE C", "Make another")], Level.WARNING)]
)
def test_locale_without_letters_is_a_warning(monkeypatch, found, level):
    monkeypatch.setattr(of_database, "check_letters", lambda databases: found)

    assert level_of(of_database.letters) == level


def test_old_server_is_an_error(monkeypatch):
    monkeypatch.setattr(of_database, "OLDEST_SERVER", 99)

    assert level_of(of_database.server) == Level.ERROR


def test_migration_that_has_not_run_is_an_error():
    assert level_of(of_database.migrations) == Level.GOOD
    # Of this code: the schema may have later ones.
    last = max(name for app, name in MigrationLoader(connection).disk_migrations if app == "web")
    MigrationRecorder(connection).record_unapplied("web", last)

    assert f"web.{last}" in str(of_database.migrations())


@pytest.mark.parametrize(
    ("seconds", "level"), [(0, Level.GOOD), (10, Level.WARNING), (3600, Level.ERROR)]
)
def test_clock_is_compared_with_the_databases(monkeypatch, clock, seconds, level):
    there = timezone.now() + timedelta(seconds=seconds)
    monkeypatch.setattr(of_database, "database_time", lambda: there)

    assert level_of(of_database.clock) == level


def test_tasks_that_wait_tell_that_no_worker_is_there(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    send_due_confirmations.enqueue()
    Heartbeat.beat("worker")
    assert level_of(of_database.worker) == Level.GOOD

    with after(minutes=3):
        assert level_of(of_database.worker) == Level.ERROR
    assert DBTaskResult.objects.count() == 1


def test_worker_without_a_sign_of_life_is_named():
    """Also where the queue is not in the database, in which tasks could be seen to wait."""
    assert level_of(of_database.worker) == Level.WARNING
    Heartbeat.beat("worker")
    assert level_of(of_database.worker) == Level.GOOD

    with after(minutes=3):
        assert level_of(of_database.worker) == Level.ERROR


def test_copy_is_a_warning():
    Installation.objects.update(database="another/1")

    assert level_of(of_database.mail_hold) == Level.WARNING


@pytest.mark.django_db(transaction=True)
def test_change_feed_is_tried(monkeypatch):
    assert level_of(of_database.change_feed) == Level.GOOD

    monkeypatch.setattr(of_database, "FEED_SECONDS", 0.1)
    monkeypatch.setattr(of_database, "NOTIFY", "SELECT %s")  # as a pooler loses it
    assert level_of(of_database.change_feed) == Level.ERROR


def test_database_that_is_away_is_one_finding(monkeypatch):
    def away():
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "ensure_connection", away)
    monkeypatch.setattr(examination, "OF_MACHINE", [])

    [(name, finding)] = examination.examine()
    assert (name, finding.level) == ("database", Level.ERROR)
    assert "connection refused" in finding.said


def test_check_that_fails_keeps_no_other_back(monkeypatch):
    def broken():
        raise ValueError("out of order")

    monkeypatch.setattr(examination, "OF_MACHINE", [broken, of_machine.proxies])
    monkeypatch.setattr(examination, "OF_DATABASE", [])

    findings = dict(examination.examine())
    assert findings["broken"].level == Level.ERROR
    assert "out of order" in findings["broken"].said
    assert findings["proxies"].level == Level.GOOD


def test_command_prints_all_and_ends_with_its_code(monkeypatch, capsys):
    monkeypatch.setattr(examination, "OF_MACHINE", [of_machine.mail_server, of_machine.media])
    monkeypatch.setattr(examination, "OF_DATABASE", [of_database.server])
    call_command("doctor")
    assert "WARNING mail server: No mail server is asked" in capsys.readouterr().out

    monkeypatch.setattr(of_database, "OLDEST_SERVER", 99)
    with pytest.raises(SystemExit) as ended:
        call_command("doctor")

    assert ended.value.code == 1
    assert "1 errors, 1 warnings, 3 findings" in capsys.readouterr().out
