"""Incidents: one mail when something is wrong, one when it is over, whoever looks."""

import json
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, connections
from django.utils import timezone

from articles.models import ScheduledStep
from config.backups import record
from config.watching import incidents, state
from config.web.watching.rows import Heartbeat, Incident
from tests import factories

Kind = Incident.Kind


@pytest.fixture(autouse=True)
def enough_room(monkeypatch):
    monkeypatch.setattr(state, "disks_of_site", lambda: [state.Disk("var", 60, 100)])


@pytest.fixture
def root(db):
    return factories.user("root", group="Editor", is_superuser=True)


def look():
    """A turn of any process that looks. Returns the kinds that are open."""
    incidents.look_for_incidents()
    incidents.send_incident_mails()
    return set(Incident.objects.open().values_list("kind", flat=True))


def subjects():
    return [message.subject for message in mail.outbox]


def heartbeat(kind="worker", **fields):
    now = timezone.now()
    return Heartbeat.objects.create(kind=kind, name="a:1", started_at=now, seen_at=now, **fields)


def test_silent_worker_is_told_once_and_its_return_once(root, clock):
    heartbeat()
    assert look() == set()
    clock.shift(minutes=2, seconds=1)

    assert [look() for _turn in range(3)] == [{"worker"}] * 3
    Heartbeat.beat("worker")
    assert [look() for _turn in range(3)] == [set()] * 3

    words = "No worker gives a sign of life"
    assert subjects() == [f"Act now: {words} (Colophon)", f"Over: {words} (Colophon)"]
    assert "/admin/health/" in mail.outbox[0].body


def test_one_of_two_workers_is_enough(root, clock):
    heartbeat()
    clock.shift(minutes=10)
    Heartbeat.beat("worker")

    assert look() == set()


def test_site_without_any_worker_is_told_after_two_minutes(root, clock):
    web = heartbeat("web")
    assert look() == set()
    clock.shift(minutes=3)
    Heartbeat.objects.filter(pk=web.pk).update(seen_at=timezone.now())

    assert look() == {"worker"}


def test_late_step_is_told(root, clock):
    article = factories.published_article()
    at = timezone.now() + timedelta(minutes=1)
    ScheduledStep.objects.create(article=article, kind="withdrawal", at=at)
    Heartbeat.beat("worker")
    assert look() == set()
    clock.shift(minutes=3)
    Heartbeat.beat("worker")

    assert look() == {"late"}
    assert "a scheduled step of an article" in Incident.objects.get().detail


def test_late_mail_is_told(root, clock):
    factories.subscriber("pending", mail_due_at=timezone.now())
    clock.shift(minutes=16)
    Heartbeat.beat("worker")

    assert look() == {"late"}


def test_refused_mails_are_told_and_a_wrong_address_is_not(root):
    Heartbeat.beat("worker")
    coming = timezone.now() + timedelta(hours=1)
    for number in range(3):
        assert look() == set(), number
        factories.subscriber("pending", mail_due_at=coming, mail_attempts=4)

    assert look() == {"mail"}


@pytest.mark.parametrize("told, expected", [
    (None, set()),
    ({"ok": True, "hours": 1}, set()),
    ({"ok": True, "hours": 27}, {"backup"}),
    ({"ok": False, "hours": 1, "error": "No space left"}, {"backup"}),
])  # fmt: skip
def test_failed_or_old_backup_is_told(root, settings, tmp_path, told, expected):
    Heartbeat.beat("worker")
    settings.VAR_DIR = tmp_path
    if told:
        told["at"] = (timezone.now() - timedelta(hours=told.pop("hours"))).isoformat()
        (tmp_path / "backup.json").write_text(json.dumps(told))

    assert look() == expected


def test_backup_that_does_not_come_back_is_told(root, settings, tmp_path):
    Heartbeat.beat("worker")
    settings.VAR_DIR = tmp_path
    record.note(file=tmp_path)
    record.note(file=None, error="It is damaged.", name=record.VERIFIED)

    assert look() == {"backup"}
    record.note(file=tmp_path, name=record.VERIFIED)
    assert look() == set()


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', '{"at": "yesterday", "ok": true}', "null"])
def test_broken_note_of_a_backup_is_none(settings, tmp_path, text):
    settings.VAR_DIR = tmp_path
    (tmp_path / "backup.json").write_text(text)

    assert state.last_backup() is None


@pytest.mark.parametrize("free, expected", [(10, set()), (9, {"disk"})])
def test_full_disk_is_told(root, monkeypatch, free, expected):
    Heartbeat.beat("worker")
    monkeypatch.setattr(state, "disks_of_site", lambda: [state.Disk("var", free, 100)])

    assert look() == expected


def test_only_people_with_the_right_get_the_mail_each_in_their_language(root, editor, moderator):
    from config.people.models import Profile

    Profile.objects.create(user=root, language="de")
    heartbeat(figures={})
    Heartbeat.objects.update(seen_at=timezone.now() - timedelta(hours=1))

    look()

    assert [message.to for message in mail.outbox] == [["root@example.org"]]
    assert mail.outbox[0].subject.startswith("Jetzt handeln")


def test_mail_server_that_is_away_delays_the_mail_and_loses_none(root, failing_mail, clock):
    Heartbeat.objects.create(
        kind="worker", name="a:1", started_at=timezone.now(),
        seen_at=timezone.now() - timedelta(hours=1),
    )  # fmt: skip
    failing_mail(ConnectionRefusedError())
    assert look() == {"worker"}
    assert mail.outbox == []
    failing_mail(None)
    clock.shift(minutes=2)

    look()

    assert len(mail.outbox) == 1


def test_web_process_sends_the_mail_that_no_worker_sends(root, clock):
    heartbeat()
    clock.shift(minutes=3)

    incidents.look_from_web()

    assert len(mail.outbox) == 1


def test_web_process_leaves_mails_to_a_worker_that_lives(root, clock, monkeypatch):
    heartbeat()
    monkeypatch.setattr(state, "disks_of_site", lambda: [state.Disk("var", 1, 100)])

    incidents.look_from_web()

    assert mail.outbox == []
    assert Incident.objects.open().get().mail_due_at is not None


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_look_at_once_send_one_mail():
    factories.user("root", group="Editor", is_superuser=True)
    now = timezone.now()
    Heartbeat.objects.create(kind="worker", name="a:1", started_at=now, seen_at=now - timedelta(1))
    barrier = threading.Barrier(4)

    def turn():
        try:
            barrier.wait(60)
            look()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=turn) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert Incident.objects.filter(kind="worker").count() == 1
    assert [subject.partition(":")[0] for subject in subjects()] == ["Act now"]


@pytest.mark.django_db(transaction=True)
def test_who_looks_while_another_one_does_waits_for_nothing():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('watching.incidents'))")
    heartbeat("web", figures={})
    Heartbeat.objects.update(started_at=timezone.now() - timedelta(hours=1))
    done = threading.Thread(
        target=lambda: (incidents.look_for_incidents(), connections.close_all())
    )
    done.start()
    done.join(60)

    assert not done.is_alive()
    assert not Incident.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")


def test_incidents_of_long_ago_go(root, clock):
    from config.watching.tasks import forget_incidents

    Incident.begin(Kind.DISK, "full")
    Incident.end(Kind.DISK)
    Incident.begin(Kind.DISK, "full")
    clock.shift(days=366)

    forget_incidents.call()

    assert Incident.objects.count() == 1
