"""A copy of an installation mails nobody until somebody says that it is no copy."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from config.mail_hold.releasing import count_owed, release_mail
from config.web.mail import hold
from config.web.mail import messages as mail
from config.web.models import AuditEntry, Installation
from newsletter import tasks
from newsletter.models import Issue
from newsletter.sending.sender import pause_stale_issues
from newsletter.sending.starting import start_due
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = "/admin/mail-hold/"


@pytest.fixture
def copy(monkeypatch):
    """This database is a restored copy: the row says another one."""
    Installation.objects.update(database="7000000000000000000/16384")
    monkeypatch.setattr("config.web.mail.hold.is_held_lately", lambda: not hold.mail_may_leave())


@pytest.fixture
def boss(db):
    return factories.user("boss", group="Editor", is_superuser=True)


@pytest.mark.usefixtures("copy")
def test_owed_mail_stays_owed_in_a_copy(mailoutbox):
    subscriber = factories.subscriber("pending", mail_due_at=timezone.now())

    tasks.send_confirmation.call(subscriber.pk)
    tasks.send_due_confirmations.call()

    subscriber.refresh_from_db()
    assert not mailoutbox
    assert subscriber.mail_due_at is not None
    assert subscriber.mail_attempts == 0
    assert count_owed() == 1


@pytest.mark.usefixtures("copy")
def test_due_issue_does_not_start_in_a_copy():
    issue = factories.issue()
    issue.schedule(by=None, at=timezone.now())

    start_due()

    issue.refresh_from_db()
    assert issue.status == Issue.Status.SCHEDULED


def test_issue_in_the_middle_of_sending_is_nobodys_work_in_a_copy():
    factories.subscriber("confirmed")
    issue = factories.started_issue()
    assert issue in Issue.objects.sending()
    assert issue.deliveries.to_claim(issue, timezone.now())

    Installation.objects.update(database="another/1")

    assert not Issue.objects.sending()
    assert not issue.deliveries.to_claim(issue, timezone.now())
    pause_stale_issues()
    issue.refresh_from_db()
    assert issue.status == Issue.Status.SENDING


@pytest.mark.usefixtures("copy")
@pytest.mark.day("2001-11-26T09:00")  # a Monday
def test_copy_makes_no_digest_and_no_mail_of_an_article(settings):
    settings.NEWSLETTER_DIGEST_DAY, settings.NEWSLETTER_EACH_ARTICLE = "monday", "sent"
    factories.published_article(days_ago=0.1)

    tasks.make_due_digest.call()
    tasks.make_issues_of_articles.call()

    assert not Issue.objects.exists()


@pytest.mark.usefixtures("copy")
def test_copy_takes_no_bounces_away_from_the_original(settings, monkeypatch):
    settings.NEWSLETTER_BOUNCE_MAILBOX = {"host": "mail.example"}
    read = []
    monkeypatch.setattr(tasks, "read_mailbox", read.append)

    tasks.read_bounces.call()

    assert read == []


@pytest.mark.usefixtures("copy")
def test_mail_without_a_claim_is_refused_in_a_copy(mailoutbox):
    context = {"unsubscribe_url": "http://testserver/u/", "confirmed_at": None}

    with pytest.raises(mail.MailIsHeld):
        mail.send("newsletter_subscribed", to="reader@example.org", context=context)

    assert not mailoutbox


def test_machines_of_one_installation_are_no_copies(settings, mailoutbox):
    settings.SITE_URL = "https://magazine.example"
    Installation.adopt()
    settings.VAR_DIR = "/srv/second-machine"  # nothing of a machine counts

    assert hold.mail_may_leave()


def test_copied_machine_with_another_address_is_a_copy(settings):
    settings.SITE_URL = "https://magazine.example"
    Installation.adopt()

    settings.SITE_URL = "https://staging.magazine.example"

    assert not hold.mail_may_leave()
    settings.SITE_URL = "http://127.0.0.1:8000"  # a laptop has no address of its own
    assert hold.mail_may_leave()


def test_database_without_the_row_mails_nobody():
    Installation.objects.all().delete()

    assert not hold.mail_may_leave()


@pytest.mark.usefixtures("copy")
def test_released_copy_sends_what_is_owed_and_says_so_in_the_audit_log(mailoutbox, capsys):
    factories.subscriber("pending", mail_due_at=timezone.now())

    call_command("release_mail")
    tasks.send_due_confirmations.call()

    assert "1 emails are due" in capsys.readouterr().out
    assert len(mailoutbox) == 1
    assert AuditEntry.objects.get(action="mail_released").detail == "manage.py release_mail"
    call_command("release_mail")
    assert "not on hold" in capsys.readouterr().out
    assert AuditEntry.objects.filter(action="mail_released").count() == 1


@pytest.mark.usefixtures("copy")
def test_release_pauses_what_was_being_sent():
    Installation.adopt()
    factories.subscriber("confirmed")
    issue = factories.started_issue()
    Installation.objects.update(database="another/1")

    release_mail(by=None)

    issue.refresh_from_db()
    assert issue.status == Issue.Status.PAUSED
    assert "copy of the database" in issue.note
    assert issue.mail_due_at is not None  # editors are told


# The desk


@pytest.mark.usefixtures("copy")
def test_each_page_of_the_desk_says_so_and_administrators_have_the_button(
    client, client_of, boss, editor
):
    for path in ("/admin/", "/admin/articles/article/"):
        assert "Mail is on hold" in client_of(editor).get(path).text
        assert PAGE not in client_of(editor).get(path).text
        assert PAGE in client_of(boss).get(path).text

    assert "on hold" not in client.get("/admin/login/").text


def test_desk_of_the_original_says_nothing(client_of, boss):
    assert "on hold" not in client_of(boss).get("/admin/").text


@pytest.mark.usefixtures("copy")
def test_administrator_releases_mail_by_a_button(client_of, boss):
    page = client_of(boss)
    assert "Release mail" in page.get(PAGE).text

    answer = page.post(PAGE, follow=True)

    assert "Mail goes out again" in answer.text
    assert hold.mail_may_leave()
    assert AuditEntry.objects.get(action="mail_released").by == boss
    assert "Mail is not on hold" in page.get(PAGE).text


@pytest.mark.usefixtures("copy")
@pytest.mark.parametrize("group", ["Author", "Moderator", "Editor"])
def test_nobody_else_releases_mail(client, client_of, group):
    somebody = client_of(factories.user("somebody", group=group))

    assert somebody.get(PAGE).status_code == 403
    assert somebody.post(PAGE).status_code == 403
    assert client.post(PAGE).status_code == 302
    assert not hold.mail_may_leave()


@pytest.mark.usefixtures("copy")
def test_banner_asks_anew_after_some_seconds(monkeypatch):
    monkeypatch.undo()  # the stand-in of the fixtures
    monkeypatch.setattr("config.web.mail.hold.time.monotonic", lambda: 1e6)
    assert hold.is_held_lately()
    Installation.adopt()
    assert hold.is_held_lately()

    monkeypatch.setattr("config.web.mail.hold.time.monotonic", lambda: 1e6 + hold.SHOWN_SECONDS)

    assert not hold.is_held_lately()
