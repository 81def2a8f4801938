"""The health page of the desk: for administrators, in words, with what to do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config.watching import state
from config.web.watching.rows import Heartbeat, Incident
from tests import factories

PAGE = "/admin/health/"


@pytest.fixture
def admin(client_of, db):
    return client_of(factories.user("root", group="Editor", is_superuser=True))


@pytest.fixture(autouse=True)
def enough_room(monkeypatch):
    monkeypatch.setattr(state, "disks_of_site", lambda: [state.Disk("var", 60, 100)])


def test_page_is_for_administrators(client, client_of, admin, editor, moderator, author):
    assert client.get(PAGE).status_code == 302
    for person in (editor, moderator, author):
        answer = client_of(person).get(PAGE)
        assert answer.status_code == 403
        assert "/admin/health/" not in client_of(person).get("/admin/").text
    assert admin.get(PAGE).status_code == 200
    assert PAGE in admin.get("/admin/").text
    assert admin.post(PAGE).status_code == 405


def test_what_is_wrong_stands_first_in_words_and_says_what_to_do(admin, monkeypatch):
    Heartbeat.beat("worker")
    Heartbeat.objects.update(seen_at=timezone.now() - timedelta(hours=1))
    Incident.begin("worker", "The last sign was long ago.")

    page = admin.get(PAGE)

    lines = page.context["lines"]
    assert (lines[0].title, lines[0].word) == ("Workers", "Act now")
    assert "manage.py worker" in lines[0].advice
    assert page.context["light"] == "bad"
    assert "Not over" in page.text


def test_site_in_order_says_so(admin, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    at = timezone.now().isoformat()
    (tmp_path / "backup.json").write_text(f'{{"at": "{at}", "ok": true, "bytes": 1000}}')
    Heartbeat.beat("worker")

    page = admin.get(PAGE)

    assert {line.word for line in page.context["lines"]} == {"In order"}
    assert page.context["light"] == "good"
    assert "None waits." in page.text


def test_site_without_a_backup_is_asked_for_one(admin, settings, tmp_path):
    settings.VAR_DIR = tmp_path

    lines = admin.get(PAGE).context["lines"]

    [backup] = [line for line in lines if line.title == "Backup"]
    assert (backup.word, backup.value) == ("Needs attention", "None is known.")


def test_proxy_that_no_setting_names_is_told(admin, settings):
    told = "This page came through a proxy that no setting names."

    assert told in admin.get("/admin/health/", headers={"x-forwarded-for": "192.0.2.7"}).text
    settings.TRUSTED_PROXIES = 1
    assert told not in admin.get("/admin/health/", headers={"x-forwarded-for": "192.0.2.7"}).text


def test_queries_do_not_grow_with_the_site(admin, django_assert_max_num_queries):
    for number in range(30):
        now = timezone.now()
        Heartbeat.objects.create(kind="web", name=f"a:{number}", started_at=now, seen_at=now)
        factories.comment(factories.published_article())

    with django_assert_max_num_queries(45):
        admin.get(PAGE)
