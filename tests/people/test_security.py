"""A change of password, address or factors is told to the owner, and ends the other sessions."""

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import call_command

from config.people.models import SecurityMail
from config.people.tasks import send_due_mail
from config.web.mail.wanted_mail import choose_mail
from tests.admin_forms import sent_by
from tests.people.conftest import GOOD_PASSWORD, passwords

pytestmark = pytest.mark.django_db(transaction=True)
OWN = "/admin/you/second-factor/"


@pytest.fixture(autouse=True)
def nothing_sent():
    mail.outbox.clear()


@pytest.fixture
def desk(client_of, editor):
    return client_of(editor)


@pytest.fixture
def elsewhere(client_of, editor):
    """Another browser in which the editor is logged in."""
    return client_of(editor)


def is_inside(client):
    return client.get("/admin/").status_code == 200


def told():
    """Addresses, and what they were told, in the order of addresses."""
    return sorted((message.to[0], message.body.split("\n\n")[1]) for message in mail.outbox)


def add_app(desk, user):
    from django_otp.oath import totp
    from django_otp.plugins.otp_totp.models import TOTPDevice

    page = desk.get(f"{OWN}app/")
    key = desk.session["key_of_new_app"]
    assert page.status_code == 200
    code = f"{totp(TOTPDevice(key=key).bin_key):06d}"
    return desk.post(f"{OWN}app/", {"code": code})


def change_password(desk):
    form = {"old_password": "pass"} | passwords()
    return desk.post("/admin/password_change/", form)


def test_new_password_ends_the_other_sessions(desk, elsewhere):
    assert change_password(desk).status_code == 302

    assert is_inside(desk)
    assert not is_inside(elsewhere)
    assert told() == [("edith@example.org", "The password was changed.")]


def test_new_factor_ends_the_other_sessions(desk, elsewhere, editor, client_of, author):
    colleague = client_of(author)

    assert "recovery codes" in add_app(desk, editor).text

    assert is_inside(desk)
    assert not is_inside(elsewhere)
    assert is_inside(colleague)
    assert told() == [("edith@example.org", "A second factor was added.")]


def test_taken_factor_and_new_codes_are_told(client_of, guarded):
    device = guarded.totpdevice_set.get()
    desk = client_of(guarded)
    desk.post(f"{OWN}codes/", {"password": "wrong"})
    desk.post(f"{OWN}app/{device.pk}/remove/", {"password": "wrong"})
    assert told() == []

    desk.post(f"{OWN}codes/", {"password": "pass"})
    desk.post(f"{OWN}app/{device.pk}/remove/", {"password": "pass"})

    assert told() == [
        ("gus@example.org", "A second factor was removed."),
        ("gus@example.org", "New recovery codes were created."),
    ]


def test_reset_from_the_command_line_is_told(guarded):
    call_command("reset_two_factor", "gus")

    assert told() == [("gus@example.org", "A second factor was removed.")]


def test_password_by_a_link_is_told(client, editor, link):
    client.post("/admin/forgotten/", {"email": "edith@example.org"})
    path = link()
    mail.outbox.clear()

    client.post(path, passwords())

    assert told() == [("edith@example.org", "The password was changed.")]


def test_password_set_by_an_administrator_is_told(client_of, boss, editor, elsewhere):
    desk = client_of(boss)
    address = f"/admin/auth/user/{editor.pk}/password/"

    answer = desk.post(address, passwords() | {"usable_password": "true"})

    assert answer.status_code == 302
    assert told() == [("edith@example.org", "The password was changed.")]
    assert not is_inside(elsewhere)


def test_new_address_is_told_at_the_earlier_one_too(client_of, boss, editor):
    desk = client_of(boss)
    address = f"/admin/auth/user/{editor.pk}/change/"
    form = sent_by(desk.get(address), "user_form") | {
        "email": "edith@new.example",
        "roles": ["Editor"],
    }

    desk.post(address, form)
    desk.post(
        address,
        sent_by(desk.get(address), "user_form") | {"first_name": "Edith", "roles": ["Editor"]},
    )

    assert told() == [
        ("edith@example.org", "The email address was changed."),
        ("edith@new.example", "The email address was changed."),
    ]


def test_mail_cannot_be_switched_off(desk, editor):
    choose_mail(editor, [])

    change_password(desk)

    assert len(told()) == 1
    assert "edith" in mail.outbox[0].body
    assert "/admin/forgotten/" in mail.outbox[0].body
    assert GOOD_PASSWORD not in mail.outbox[0].body
    assert not SecurityMail.objects.exists()


def test_mail_that_failed_is_sent_by_the_sweep(editor, settings):
    row = SecurityMail.objects.create(user=editor, email=editor.email, change="password")

    send_due_mail.call()
    send_due_mail.call()

    assert told() == [("edith@example.org", "The password was changed.")]
    assert not SecurityMail.objects.filter(pk=row.pk).exists()


def test_account_without_an_address_gets_none():
    nobody = User.objects.create_user("nobody", "")

    SecurityMail.objects.tell(nobody, SecurityMail.Change.PASSWORD)

    assert told() == []
