"""Purges at a CDN as the health page and /metrics tell them, and the alarm when they fail for minutes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config.watching import health, incidents, state
from config.watching.metrics import metrics_text
from config.web.cdn import purging
from config.web.cdn.calls import PurgeFailed
from config.web.cdn.purging import Purge, purge_due
from config.web.models import Installation
from config.web.watching.rows import Heartbeat, Incident

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def all_else_is_well(monkeypatch, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(state, "disks_of_site", lambda: [state.Disk("var", 60, 100)])


@pytest.fixture
def refuses(settings, monkeypatch):
    """A CDN, and whether it refuses: `refuses.append("…")` and `refuses.clear()`."""
    settings.CDN_PURGE_KIND = "webhook"
    said = []

    def answer(tags):
        if said:
            raise PurgeFailed(said[0])

    monkeypatch.setattr(purging, "purge", answer)
    return said


def look():
    Heartbeat.beat("worker")
    incidents.look_for_incidents()
    return set(Incident.objects.open().values_list("kind", flat=True))


def line():
    lines = {line.title: line for line in health.lines_of(state.read_state())}
    return lines.get("CDN")


def numbers():
    rows = (row.split(" ") for row in metrics_text().splitlines() if row.startswith("colophon_cdn"))
    return {name.removeprefix("colophon_cdn_"): float(value) for name, value in rows}


def test_purges_that_fail_for_minutes_are_an_alarm_until_one_succeeds(refuses, clock):
    refuses.append("the CDN answers 403")
    Purge.note("article-1")
    purge_due()
    assert look() == set()
    assert line().light == health.LOOK

    for _minute in range(6):
        clock.shift(minutes=1)
        purge_due()
    assert look() == {"cdn"}
    assert "the CDN answers 403" in Incident.objects.get().detail
    assert (line().light, line().advice[:5]) == (health.BAD, "Check")
    assert numbers()["purges_waiting"] == numbers()["failing"] == 1
    assert numbers()["purges_oldest_age_seconds"] == 360

    refuses.clear()
    clock.shift(minutes=5)
    purge_due()
    assert look() == set()
    assert line().light == health.GOOD
    assert numbers()["purges_waiting"] == numbers()["failing"] == 0
    assert numbers()["last_success_age_seconds"] == 0
    assert numbers()["last_failure_age_seconds"] > 0


def test_purges_that_no_worker_makes_are_an_alarm(refuses, clock):
    Purge.note("article-1")
    clock.shift(minutes=5, seconds=1)

    assert look() == {"cdn"}
    assert "Purges have waited since" in Incident.objects.get().detail


def test_second_purge_and_time_to_come_are_not_waiting(refuses, clock):
    Purge.note("article-1")
    purge_due()
    Purge.objects.create(tag="articles", due_at=timezone.now() + timedelta(days=1))

    assert Purge.objects.count() == 2
    assert numbers()["purges_waiting"] == 0


def test_site_without_a_cdn_says_nothing_of_one(settings):
    assert line() is None
    assert numbers() == {}


def test_copy_that_purges_nothing_raises_no_alarm(refuses, clock):
    Installation.objects.update(database="of another server")
    Purge.note("article-1")
    clock.shift(minutes=10)

    assert look() == set()
    assert line() is None
