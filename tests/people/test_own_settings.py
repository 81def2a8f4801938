"""Everybody's own settings: name, language of the desk, mails."""

import pytest
from django.test import Client

from config.web.mail.wanted_mail import MailKind, people_who_want, wanted_kinds
from tests import factories
from tests.people.conftest import GOOD_PASSWORD

pytestmark = pytest.mark.django_db
OWN = "/admin/you/"


def save(client, **fields):
    data = {"first_name": "Edith", "last_name": "Ray", "language": "", "mails": [], **fields}
    return client.post(OWN, data)


def fresh(user):
    return type(user).objects.get(pk=user.pk)


def test_name_and_mails_are_kept(client_of, editor):
    desk = client_of(editor)

    answer = save(desk, mails=["review_due", "published"])

    assert (answer.status_code, answer["Location"]) == (302, OWN)
    assert fresh(editor).get_full_name() == "Edith Ray"
    assert wanted_kinds(fresh(editor)) == {"review_due", "published"}
    assert desk.get(OWN).text.count(" checked") == 2


def test_desk_speaks_the_chosen_language(client_of, editor):
    desk = client_of(editor)

    save(desk, language="de")

    assert "Ihre Einstellungen" in desk.get(OWN).text
    assert '<html lang="de"' in desk.get("/admin/").text
    assert '<html lang="en"' in desk.get("/").text
    save(desk, language="")
    assert '<html lang="en"' in desk.get("/admin/").text


def test_language_is_there_after_the_next_log_in(client_of, editor):
    save(client_of(editor), language="de")
    client = Client()

    client.post("/admin/login/", {"username": "edith", "password": "pass"})

    assert '<html lang="de"' in client.get("/admin/").text


@pytest.mark.parametrize(
    "wrong", [{"language": "xx"}, {"mails": ["nonsense"]}, {"first_name": "x" * 151}]
)
def test_wrong_input_is_explained_and_kept(client_of, editor, wrong):
    answer = save(client_of(editor), **{"last_name": "Typed", **wrong})

    assert answer.status_code == 422
    assert 'value="Typed"' in answer.text
    assert fresh(editor).last_name == ""


def test_strangers_have_no_settings(client):
    assert client.get(OWN)["Location"].startswith("/admin/login/")


@pytest.mark.parametrize(
    ("group", "wanted"),
    [
        (
            "Editor",
            {
                *("submitted", "returned", "review_due", "remarked", "signed_off"),
                "schedule_stopped",
            },
        ),
        ("Author", {"returned", "approved", "scheduled", "published", "comment_waiting"}),
        ("Moderator", set()),
    ],
)
def test_mails_by_default_follow_the_role(group, wanted):
    assert wanted_kinds(factories.user("somebody", group=group)) == wanted


def test_people_who_want_a_mail_are_active_and_have_an_address(editor, django_assert_num_queries):
    others = [factories.user(f"editor{number}", group="Editor") for number in range(3)]
    type(editor).objects.filter(pk=others[0].pk).update(is_active=False)
    type(editor).objects.filter(pk=others[1].pk).update(email="")
    everybody = type(editor).objects.all()

    with django_assert_num_queries(3):
        found = people_who_want(MailKind.SUBMITTED, everybody)

    assert {person.username for person in found} == {"edith", "editor2"}


def test_change_of_the_password_ends_other_sessions(client_of, editor):
    here, elsewhere = client_of(editor), client_of(editor)
    new = {"new_password1": GOOD_PASSWORD, "new_password2": GOOD_PASSWORD}

    here.post("/admin/password_change/", {"old_password": "pass", **new})

    assert here.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").status_code == 302
