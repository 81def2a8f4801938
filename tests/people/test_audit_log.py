"""The audit log: who did what, kept as it is for a set time."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from comments.models import DiscussionSettings, RejectionReason, Restriction
from config.moving.models import Redirect
from config.people.tasks import forget_old_entries
from config.web import audit
from config.web.audit import AuditEntry
from config.web.editing.logged_settings import LoggedSettings
from tests import factories
from tests.admin_forms import sent_by
from tests.clock import ago
from tests.config.admin_kinds import address

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


def test_reviews_and_picks_are_there(desk, editor):
    article = factories.published_article(title="Stairs count", by=factories.author())
    article.confirm_review(by=editor)
    article.pick(by=editor)

    shown = desk.get(LOG, {"what": "publishing"}).context["lines"]

    assert [line.what for line in shown[:2]] == [
        "Added to editors' picks",
        "Reviewed, nothing changed",
    ]


def test_newsletter_is_there_from_its_schedule_on(desk, editor, django_assert_num_queries):
    for subject in ("June", "July", "May"):
        issue = factories.issue(subject=subject)
        issue.schedule(by=editor, at=timezone.now())
    issue.cancel(by=editor)

    with django_assert_num_queries(5):
        shown = desk.get(LOG, {"what": "publishing"}).context["lines"]

    assert [(line.what, line.who, line.detail) for line in shown[:2]] == [
        ("Cancelled", "edith", "Issue “May”"),
        ("Scheduled", "edith", "Issue “May”"),
    ]
    assert "June" in desk.get(LOG, {"what": "publishing", "q": "june"}).text


def test_deleted_article_leaves_a_line(desk, boss):
    article = factories.draft(title="Stairs count", by=factories.author())
    desk.post(address(article, "delete"), {"post": "yes"}, follow=True)

    (line,) = desk.get(LOG, {"what": "publishing", "q": "stairs"}).context["lines"]

    assert (line.what, line.who, line.detail) == (
        "Deleted",
        boss.username,
        "Article “Stairs count”",
    )


def test_export_is_there(desk):
    desk.get("/admin/newsletter/subscriber/export/")

    assert "subscribers" in desk.get(LOG, {"what": "exports"}).text


@pytest.mark.parametrize(
    "query", ["q=edith+nobody", "until=2001-01-01", "before=2001-01-01T00:00:00Z"]
)
def test_search_that_finds_nothing_says_so(desk, query):
    assert "No entries found" in desk.get(f"{LOG}?{query}").text


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


def settings_said(action="settings_changed"):
    return list(
        AuditEntry.objects.filter(action=action).order_by("pk").values_list("detail", flat=True)
    )


def save(desk, row, **fields):
    page = desk.get(address(row))
    response = desk.post(address(row), sent_by(page, f"{row._meta.model_name}_form") | fields)
    assert response.status_code == 302, response.text


def test_each_changed_setting_is_there_with_what_it_was_and_is(desk, boss):
    save(desk, DiscussionSettings.current(), alarm_after_hours="24", hold_words="casino\npoker")
    save(desk, DiscussionSettings.current(), hold_words="poker\nlottery", use_learned_filter="")

    entry = AuditEntry.objects.filter(action="settings_changed").earliest("pk")
    assert (entry.by, entry.name) == (boss, boss.username)
    assert settings_said() == [
        "Discussion settings: hours until an alert: 48 → 24",
        "Discussion settings: words that hold a comment: + casino, + poker",
        "Discussion settings: words that hold a comment: + lottery, - casino",
        "Discussion settings: hold comments that look like earlier spam: Yes → No",
    ]
    found = desk.get(LOG, {"what": "settings", "q": "alert"})
    assert [line.detail for line in found.context["lines"]] == [settings_said()[0]]


def test_save_without_a_change_is_no_entry(desk):
    save(desk, DiscussionSettings.current())

    assert settings_said() == []


def test_settings_that_come_and_go_are_there(desk):
    desk.post("/admin/comments/rejectionreason/add/", {"text": "Unkind", "position": "1"})
    reason = RejectionReason.objects.get(text="Unkind")
    save(desk, reason, text="Rude")
    desk.post(address(reason, "delete"), {"post": "yes"}, follow=True)

    assert settings_said() == [
        "Rejection reason “Unkind”: added",
        "Rejection reason “Rude”: reason: Unkind → Rude",
        "Rejection reason “Rude”: deleted",
    ]


def test_permissions_of_a_group_are_named_that_came_and_went(desk):
    group = Group.objects.create(name="Proofreaders")
    kept, old, new = Permission.objects.filter(content_type__model="page")[:3]
    group.permissions.add(kept, old)

    save(desk, group, permissions=[str(kept.pk), str(new.pk)])

    assert settings_said() == [f"Group “Proofreaders”: permissions: + {new}, - {old}"]


def test_what_concerns_a_person_is_named_without_its_value(desk, editor):
    restriction = Restriction.objects.create(kind="writer", value="x@example.org", effect="hold")
    save(desk, restriction, value="y@example.org", note="Rude to Ada", effect="reject")
    save(desk, editor, email="new@example.org")

    assert settings_said() == [
        f"Restriction {restriction.pk}: address or network",
        f"Restriction {restriction.pk}: effect: Always hold → Ban: reject at once",
        f"Restriction {restriction.pk}: note",
        "edith: email address",
    ]


def test_changed_settings_are_named_in_the_language_of_the_site(desk, boss, settings):
    settings.LANGUAGE_CODE = "de"
    save(desk, DiscussionSettings.current(), alarm_after_hours="24")

    assert settings_said() == ["Einstellungen der Diskussion: Stunden bis zur Warnung: 48 → 24"]


@pytest.mark.parametrize(
    "model", [DiscussionSettings, RejectionReason, Restriction, Redirect, User, Group]
)
def test_every_kind_of_settings_is_logged(model):
    assert isinstance(admin.site.get_model_admin(model), LoggedSettings)


def test_redirects_taken_along_and_brought_are_there(desk):
    desk.get("/admin/moving/redirect/export/")
    file = SimpleUploadedFile("redirects.csv", b"/old/,/about/,301\n")
    desk.post("/admin/moving/redirect/import/", {"file": file})

    assert settings_said("exported") == ["redirects"]
    assert settings_said("imported") == ["1 redirects"]
    assert "1 redirects" in desk.get(LOG, {"what": "exports"}).text
