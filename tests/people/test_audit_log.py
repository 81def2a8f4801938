"""The audit log: who did what, kept as it is for a set time."""

import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError, connection, transaction

from config.people.tasks import forget_old_entries
from config.web import audit
from config.web.audit import AuditEntry
from tests import factories
from tests.clock import ago

pytestmark = pytest.mark.django_db
LOG = "/admin/audit-log/"


@pytest.fixture
def desk(client_of, boss):
    return client_of(boss)


@pytest.mark.parametrize("group", ["Author", "Moderator", "Editor"])
def test_log_is_for_administrators(client, client_of, group):
    assert client_of(factories.user("somebody", group=group)).get(LOG).status_code == 403
    assert client.get(LOG).status_code == 302


def test_somebody_with_the_permission_may_look(client_of, editor):
    editor.user_permissions.add(Permission.objects.get(codename="view_auditentry"))

    assert client_of(editor).get(LOG).status_code == 200


def test_log_ins_and_failures_are_there_with_the_network(client, desk, editor):
    for password in ("wrong", "pass"):
        client.post(
            "/admin/login/", {"username": "edith", "password": password}, REMOTE_ADDR="192.0.2.77"
        )

    page = desk.get(LOG, {"q": "edith"}).text

    assert "Logged in" in page
    assert "Log-in failed" in page
    assert "192.0.2.0/24" in page
    assert "192.0.2.77" not in page


def test_password_in_the_wrong_field_is_not_kept(client, desk):
    client.post("/admin/login/", {"username": "my secret password", "password": "x"})

    assert not AuditEntry.objects.filter(name__contains="secret").exists()
    assert AuditEntry.objects.filter(action="log_in_failed", name="").exists()


def test_steps_of_articles_and_settings_are_there(desk, editor, client_of):
    article = factories.draft(title="Stairs count", by=factories.author())
    article.publish(by=editor)
    article.withdraw(by=editor, reason="Doubts")

    page = desk.get(LOG, {"what": "publishing"}).text

    assert "Withdrawn" in page
    assert "Stairs count – Doubts" in page
    assert "Logged in" not in page


def test_export_is_there(desk):
    desk.get("/admin/newsletter/subscriber/export/")

    assert "subscribers" in desk.get(LOG, {"what": "exports"}).text


@pytest.mark.parametrize(
    "query", ["q=edith+nobody", "until=2001-01-01", "before=2001-01-01T00:00:00Z"]
)
def test_search_that_finds_nothing_says_so(desk, query):
    assert "Nothing was found" in desk.get(f"{LOG}?{query}").text


@pytest.mark.parametrize(
    "query",
    ["what=nonsense", "until=nonsense", "before=nonsense", "q=" + "x" * 101, "before=2026-02-31"],
)
def test_nonsense_is_no_error(desk, query):
    assert desk.get(f"{LOG}?{query}").status_code == 200


def test_older_pages_go_on_where_the_newer_end(desk, django_assert_num_queries):
    with ago(days=1):
        for number in range(60):
            audit.record(AuditEntry.Action.EXPORTED, by=None, detail=f"row {number:02d}")
    first = desk.get(LOG, {"what": "exports"})

    with django_assert_num_queries(3):
        second = desk.get(f"{LOG}?{first.context['older']}")

    shown = [line.detail for page in (first, second) for line in page.context["lines"]]
    assert shown == sorted({f"row {number:02d}" for number in range(60)}, reverse=True)


@pytest.mark.parametrize(
    "sql", ["UPDATE web_auditentry SET name = 'x'", "DELETE FROM web_auditentry"]
)
def test_entries_are_never_changed(editor, sql):
    audit.record(AuditEntry.Action.EXPORTED, by=editor)

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        connection.cursor().execute(sql)

    assert AuditEntry.objects.get(action="exported").name == "edith"


def test_entries_go_after_the_set_time_and_no_sooner(editor, settings):
    settings.AUDIT_LOG_DAYS = 90
    for days in (91, 89):
        with ago(days=days):
            audit.record(AuditEntry.Action.EXPORTED, by=editor, detail=f"{days}")

    forget_old_entries.call()

    assert list(AuditEntry.objects.values_list("detail", flat=True)) == ["89"]
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.all().delete()


def test_entry_outlives_its_account(editor):
    audit.record(AuditEntry.Action.EXPORTED, by=editor)

    editor.delete()

    assert AuditEntry.objects.get(action="exported").name == "edith"
