"""Lists of subscribers: consent comes from the file, and who left is never written to."""

import csv
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from newsletter.models import Subscriber, Suppression
from tests import factories

pytestmark = pytest.mark.django_db

MAILCHIMP = ["Email Address", "First Name", "MEMBER_RATING", "OPTIN_TIME", "CONFIRM_TIME", "EUID"]
CONSENT = "2018-02-05 19:28:23"


def write(folder, name, header, *rows):
    file = folder / name
    with file.open("w", newline="") as lines:
        csv.writer(lines).writerows([header, *rows])
    return file


def bring(*arguments):
    said = StringIO()
    call_command("import_from", "subscribers", *map(str, arguments), stdout=said)
    return said.getvalue()


def mailchimp(folder, name, *emails, column=""):
    header = [*MAILCHIMP, *([column] if column else [])]
    more = ["2020-03-23 17:30:05"] if column else []
    rows = [[email, "Ina", "2", CONSENT, CONSENT, "x", *more] for email in emails]
    return write(folder, name, header, *rows)


def test_three_files_of_mailchimp_are_one_list(tmp_path):
    files = [
        mailchimp(tmp_path, "subscribed.csv", "s@example.org", "U@example.org"),
        mailchimp(tmp_path, "unsubscribed.csv", "u@example.org", column="UNSUB_TIME"),
        mailchimp(tmp_path, "cleaned.csv", "c@example.org", column="CLEAN_TIME"),
    ]

    said = bring(*files)

    row = Subscriber.objects.get()
    assert (row.email, row.status) == ("s@example.org", "confirmed")
    assert row.confirmed_at == datetime(2018, 2, 5, 19, 28, 23, tzinfo=UTC)
    assert "Mailchimp (subscribed.csv)" in row.consent_wording
    assert set(row.consent_events.values_list("kind", flat=True)) == {"asked", "confirmed"}
    assert Suppression.objects.of(["u@example.org"]).get().reason == "left"
    assert Suppression.objects.of(["c@example.org"]).get().reason == "bounced"
    assert "1 gets no mail" in said


def test_second_run_changes_nothing(tmp_path):
    file = mailchimp(tmp_path, "subscribed.csv", "s@example.org")
    bring(file)
    before = Subscriber.objects.values().get()

    said = bring(file)

    assert Subscriber.objects.values().get() == before
    assert "1 subscribers that were here before" in said


def test_what_was_deleted_here_does_not_come_back(tmp_path):
    file = mailchimp(tmp_path, "subscribed.csv", "s@example.org")
    bring(file)
    Subscriber.objects.all().delete()

    bring(file)

    assert not Subscriber.objects.exists()


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (["email"], ["a@example.org"]),
        (["email", "consent_source"], ["a@example.org", "the fair"]),
        (["email", "consent_time"], ["a@example.org", CONSENT]),
        (["email", "consent_time", "source"], ["a@example.org", "2099-01-01", "the fair"]),
        (["E-Mail", "status"], ["a@example.org", "pending"]),
    ],
)
def test_without_a_consent_the_row_waits_and_gets_no_mail(tmp_path, header, row, mailoutbox):
    bring(write(tmp_path, "list.csv", header, row))

    found = Subscriber.objects.get()
    assert (found.status, found.mail_due_at) == ("pending", None)


def test_time_and_source_of_a_plain_list_are_the_consent(tmp_path):
    header = ["Email", "Consent time", "Source"]

    bring(write(tmp_path, "list.csv", header, ["a@example.org", "2020-01-02", "the fair"]))

    row = Subscriber.objects.get()
    assert (row.status, row.confirmed_at) == ("confirmed", datetime(2020, 1, 2, tzinfo=UTC))
    assert "the fair" in row.consent_wording


def test_who_waits_is_asked_once_and_only_on_request(tmp_path):
    file = write(tmp_path, "list.csv", ["email"], ["a@example.org"])
    bring(file)

    assert "1 mails that ask" in bring(file, "--ask")
    assert Subscriber.objects.get().mail_due_at
    assert "mails that ask" not in bring(file, "--ask")


@pytest.mark.parametrize(
    ("row", "status"),
    [
        (["true", ""], "confirmed"),
        (["false", ""], None),
        (["true", "2019-01-01T00:00:00.000Z"], None),
    ],
)
def test_members_of_ghost(tmp_path, row, status):
    header = ["email", "subscribed_to_emails", "deleted_at", "created_at"]

    bring(write(tmp_path, "ghost.csv", header, ["a@example.org", *row, "2018-01-02T03:04:05.000Z"]))

    assert [found.status for found in Subscriber.objects.all()] == ([status] if status else [])
    assert Suppression.objects.exists() == (status is None)


@pytest.mark.parametrize(
    ("state", "reason"), [("disabled", "left"), ("blocklisted", "asked"), ("enabled", None)]
)
def test_subscribers_of_listmonk(tmp_path, state, reason):
    header = ["uuid", "email", "name", "attributes", "status", "created_at", "updated_at"]
    row = ["u", "a@example.org", "Ina", "{}", state, "2018-01-02T03:04:05Z", "2018-01-02T03:04:05Z"]

    bring(write(tmp_path, "listmonk.csv", header, row))

    assert [row.reason for row in Suppression.objects.all()] == ([reason] if reason else [])
    assert Subscriber.objects.count() == (0 if reason else 1)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("not an address\n", "no address"),
        ('=HYPERLINK("x")@example.org\n', "no address"),
        ('"bad@example.org\nBcc: all@example.org"\n', "no address"),
        ("a@example.org,b,c\n", "row of another length"),
    ],
)
def test_rows_that_are_no_subscriber_are_named(tmp_path, text, kind):
    file = tmp_path / "list.csv"
    file.write_text(f"email\n{text}")

    assert f"1 {kind}" in bring(file)
    assert not Subscriber.objects.exists()


def test_twins_in_capitals_and_in_both_spellings_of_a_domain_are_one(tmp_path):
    rows = [["Ina@Exämple.org"], ["ina@xn--exmple-cua.org"], ["INA@exämple.org"]]

    said = bring(write(tmp_path, "list.csv", ["email"], *rows))

    assert Subscriber.objects.count() == 1
    assert "2 address that stands twice" in said


@pytest.mark.parametrize(
    ("status", "kept"), [("unsubscribed", True), ("bounced", True), ("complained", False)]
)
def test_later_consent_here_stands_but_for_a_complaint(tmp_path, status, kept):
    row = factories.subscriber(email="a@example.org")
    header = ["email", "status", "unsubscribed_at"]

    bring(write(tmp_path, "list.csv", header, ["A@example.org", status, "2001-01-01"]))

    row.refresh_from_db()
    assert row.is_confirmed is kept


def test_suppression_here_wins_over_the_file(tmp_path):
    Suppression.objects.add_address("s@example.org", reason="asked")

    bring(mailchimp(tmp_path, "subscribed.csv", "s@example.org"))

    assert not Subscriber.objects.exists()


def test_who_left_before_can_subscribe_again(tmp_path):
    bring(mailchimp(tmp_path, "unsubscribed.csv", "u@example.org", column="UNSUB_TIME"))

    Subscriber.objects.request("u@example.org", wording="x", page="/")
    row = Subscriber.objects.get()
    assert row.mail_due_at
    row.confirm()

    assert not Suppression.objects.exists()


def test_dry_run_shows_the_columns_and_saves_nothing(tmp_path):
    said = bring(
        mailchimp(tmp_path, "subscribed.csv", "s@example.org"),
        mailchimp(tmp_path, "unsubscribed.csv", "s@example.org", column="UNSUB_TIME"),
        "--dry-run",
    )

    assert "subscribed.csv: Mailchimp" in said
    assert "time of consent: CONFIRM_TIME, OPTIN_TIME" in said
    assert "First Name is not used" in said
    assert "1 gets no mail" in said
    assert not Subscriber.objects.exists()
    assert not Suppression.objects.exists()


def test_file_without_addresses_is_refused(tmp_path):
    with pytest.raises(CommandError, match="no column of addresses"):
        bring(write(tmp_path, "list.csv", ["name"], ["Ina"]))
